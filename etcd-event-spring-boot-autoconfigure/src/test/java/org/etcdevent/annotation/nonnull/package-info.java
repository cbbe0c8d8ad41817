/**
 * Beans whose parameters are not null unless they say so.
 */
@NullMarked
package org.etcdevent.annotation.nonnull;

import org.jspecify.annotations.NullMarked;

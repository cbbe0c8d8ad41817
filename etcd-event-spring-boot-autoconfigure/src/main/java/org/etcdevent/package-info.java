/**
 * The words that all rooms share.
 */
@NullMarked
package org.etcdevent;

import org.jspecify.annotations.NullMarked;

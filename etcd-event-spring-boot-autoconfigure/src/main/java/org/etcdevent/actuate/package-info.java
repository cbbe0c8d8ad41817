/**
 * What operators see: meters over status snapshots.
 */
@NullMarked
package org.etcdevent.actuate;

import org.jspecify.annotations.NullMarked;

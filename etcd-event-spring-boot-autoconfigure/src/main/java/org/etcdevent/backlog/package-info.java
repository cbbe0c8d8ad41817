/**
 * What one consumer has not handled yet: at most one pending change per key, its net
 * effect, what is in flight and what is due for a retry.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.backlog;

import org.jspecify.annotations.NullMarked;

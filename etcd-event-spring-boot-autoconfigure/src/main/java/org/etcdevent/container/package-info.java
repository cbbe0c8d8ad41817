/**
 * Running watches: their threads, retries, start and stop.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.container;

import org.jspecify.annotations.NullMarked;

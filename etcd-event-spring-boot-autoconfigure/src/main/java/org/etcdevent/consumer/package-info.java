/**
 * Values, watchers and subscriptions: a feed, a backlog and a decoder combined.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.consumer;

import org.jspecify.annotations.NullMarked;

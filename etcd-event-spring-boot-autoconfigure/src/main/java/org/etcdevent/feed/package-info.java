/**
 * The truth of one range of keys: its state, position and epoch, kept through every fault
 * of the watch. Knows neither gRPC nor Spring and has no thread of its own.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.feed;

import org.jspecify.annotations.NullMarked;

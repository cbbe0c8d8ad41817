/**
 * What operators see: meters, health and the endpoint over status snapshots.
 * <p>
 * Internal, but for {@link EtcdWatchObservationConvention} and its context: its other
 * types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.actuate;

import org.jspecify.annotations.NullMarked;

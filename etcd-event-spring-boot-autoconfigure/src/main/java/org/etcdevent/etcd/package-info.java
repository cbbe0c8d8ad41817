/**
 * The port to etcd: what a feed asks of it and hears from it, with the vocabulary for
 * that. Knows neither gRPC nor how a range is kept up to date.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.etcd;

import org.jspecify.annotations.NullMarked;

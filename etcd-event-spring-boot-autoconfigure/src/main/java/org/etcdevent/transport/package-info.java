/**
 * The gRPC channels to etcd: one connection for the watch stream, one for reads. The only
 * package that knows gRPC and protobuf.
 * <p>
 * Internal, but for {@link EtcdWatchChannelCustomizer}: its other types may change with
 * each release, also those that are public.
 */
@NullMarked
package org.etcdevent.transport;

import org.jspecify.annotations.NullMarked;

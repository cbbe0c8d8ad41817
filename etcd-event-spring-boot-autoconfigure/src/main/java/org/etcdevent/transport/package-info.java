/**
 * The gRPC channels to etcd: one connection for the watch stream, one for reads. The only
 * room that knows gRPC and protobuf.
 */
@NullMarked
package org.etcdevent.transport;

import org.jspecify.annotations.NullMarked;

/**
 * Connections to etcd services of Docker Compose.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.autoconfigure.docker.compose;

import org.jspecify.annotations.NullMarked;

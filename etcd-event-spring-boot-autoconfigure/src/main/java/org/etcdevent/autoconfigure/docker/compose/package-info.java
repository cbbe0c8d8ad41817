/**
 * Connections to etcd services of Docker Compose.
 */
@NullMarked
package org.etcdevent.autoconfigure.docker.compose;

import org.jspecify.annotations.NullMarked;

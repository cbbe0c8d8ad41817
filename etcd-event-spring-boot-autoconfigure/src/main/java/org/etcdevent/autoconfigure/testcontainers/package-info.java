/**
 * Connections to etcd in containers of Testcontainers.
 */
@NullMarked
package org.etcdevent.autoconfigure.testcontainers;

import org.jspecify.annotations.NullMarked;

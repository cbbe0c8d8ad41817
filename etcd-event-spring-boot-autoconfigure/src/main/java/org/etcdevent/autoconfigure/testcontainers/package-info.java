/**
 * Connections to etcd in containers of Testcontainers.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.autoconfigure.testcontainers;

import org.jspecify.annotations.NullMarked;

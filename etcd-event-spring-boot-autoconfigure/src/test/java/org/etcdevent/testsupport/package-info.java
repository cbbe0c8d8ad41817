/**
 * Real etcd servers for tests, and a proxy to cut their connections.
 */
@NullMarked
package org.etcdevent.testsupport;

import org.jspecify.annotations.NullMarked;

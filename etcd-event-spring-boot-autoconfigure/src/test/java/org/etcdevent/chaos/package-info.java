/**
 * Real clusters, broken on purpose while writers write and consumers of every kind
 * follow.
 */
@NullMarked
package org.etcdevent.chaos;

import org.jspecify.annotations.NullMarked;

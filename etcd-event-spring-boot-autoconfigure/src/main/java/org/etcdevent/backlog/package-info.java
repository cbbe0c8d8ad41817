/**
 * What one consumer has not handled yet: at most one pending change a key, its net
 * effect, what is in flight and what is due for a retry.
 */
@NullMarked
package org.etcdevent.backlog;

import org.jspecify.annotations.NullMarked;

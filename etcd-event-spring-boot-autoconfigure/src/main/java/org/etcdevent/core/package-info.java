/**
 * Values, watchers and subscriptions: a feed, a backlog and a decoder joined.
 */
@NullMarked
package org.etcdevent.core;

import org.jspecify.annotations.NullMarked;

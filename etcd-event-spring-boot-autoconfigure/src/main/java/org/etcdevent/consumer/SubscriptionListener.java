package org.etcdevent.consumer;

import org.etcdevent.backlog.WatchStateListener;

/**
 * Hears what becomes of a subscription: where the watch of its range stands, and that its
 * initial state was attempted.
 */
public interface SubscriptionListener extends WatchStateListener {

}

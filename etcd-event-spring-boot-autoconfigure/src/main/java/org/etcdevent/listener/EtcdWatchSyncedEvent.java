package org.etcdevent.listener;

/**
 * Application event: a watch has attempted each key of its initial state. Published once
 * for each start of the watch, so also after it was stopped and started again.
 * <p>
 * Events come one after the other, on a thread that is no watch's: a listener that takes
 * its time holds up other events, but no watch. Their order holds for each watch.
 *
 * @param id the id of the watch
 */
public record EtcdWatchSyncedEvent(String id) {
}

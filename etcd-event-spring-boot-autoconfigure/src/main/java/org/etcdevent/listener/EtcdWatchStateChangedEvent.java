package org.etcdevent.listener;

import org.etcdevent.EtcdWatchState;

/**
 * Application event: a watch stands elsewhere than before. A watch that starts comes from
 * {@link EtcdWatchState#IDLE}, and one that stops goes there.
 * <p>
 * Events come one after the other, on a thread that is no watch's: a listener that takes
 * its time holds up other events, but no watch. Changes of the state of a watch that
 * could not be published meanwhile are then published as one, or not at all if they lead
 * back.
 *
 * @param id the id of the watch
 * @param oldState the state that was published last
 * @param newState the state now
 * @param cause why, for people; never a value or a secret
 */
public record EtcdWatchStateChangedEvent(String id, EtcdWatchState oldState, EtcdWatchState newState, String cause) {
}

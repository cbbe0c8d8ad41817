package org.etcdevent;

import java.time.Duration;

/**
 * How fresh the view of a range is.
 *
 * @param revision the etcd revision up to which all changes of the range are known;
 * {@code 0} before the first sync
 * @param age the time since etcd last confirmed the view; since the watch was started, if
 * it never did
 * @param state where the watch stands
 */
public record EtcdFreshness(long revision, Duration age, EtcdWatchState state) {
}

package org.etcdevent;

import java.time.Duration;

/**
 * How fresh the view of a range is.
 *
 * @param revision the etcd revision up to which all changes of the range are known;
 * {@code 0} before the first sync
 * @param age the time since a quorum of etcd was asked that confirmed the view; since the
 * watch was started, if none did
 * @param state where the watch stands
 */
public record EtcdFreshness(long revision, Duration age, EtcdWatchState state) {
}

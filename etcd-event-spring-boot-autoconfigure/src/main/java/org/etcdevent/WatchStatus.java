package org.etcdevent;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What there is to know about one consumer of a range at a moment. Counters count from
 * the start of the subscription.
 *
 * @param range the range that is watched
 * @param state where the watch of the range stands
 * @param revision the revision up to which all changes are known
 * @param age the time since etcd last confirmed that
 * @param backlog how many keys have changes that are not handled
 * @param reconnectAttempts consecutive failed attempts to restore the connection, 0 when
 * live
 * @param reconnects how often the connection was restored
 * @param resyncs how often the range was read again, by reason
 * @param received how many events came from etcd
 * @param coalesced how many changes were coalesced before the consumer saw them
 * @param decodingErrors how many changes could not be decoded
 * @param undecodable how many keys have a latest value that could not be decoded
 * @param lastError what went wrong last, without values or secrets
 * @param problem what prevents the watch of the range, {@code null} for nothing
 */
public record WatchStatus(KeyRange range, EtcdWatchState state, long revision, Duration age, int backlog,
		int reconnectAttempts, long reconnects, Map<String, Long> resyncs, long received, long coalesced,
		long decodingErrors, int undecodable, @Nullable String lastError, @Nullable WatchProblem problem) {
}

package org.etcdevent.listener;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchProblem;
import org.jspecify.annotations.Nullable;

/**
 * The application is not to start without the initial state of its watches, and some did
 * not deliver it in time.
 */
public final class EtcdWatchStartupException extends EtcdSyncTimeoutException {

	private static final long serialVersionUID = 1L;

	private final Duration timeout;

	private final transient List<LateWatch> lateWatches;

	/**
	 * An exception.
	 * @param timeout how long the start has waited
	 * @param lateWatches the watches without initial state, at least one
	 */
	public EtcdWatchStartupException(Duration timeout, List<LateWatch> lateWatches) {
		super(message(timeout, lateWatches), null);
		this.timeout = timeout;
		this.lateWatches = List.copyOf(lateWatches);
	}

	private static String message(Duration timeout, List<LateWatch> lateWatches) {
		return "Watches without initial state after " + timeout.toMillis() + " ms (etcd.event.watch.startup-timeout): "
				+ lateWatches.stream().map(LateWatch::toString).collect(Collectors.joining(", "))
				+ ". Is etcd reachable (etcd.event.endpoints), may the user read the range, do the methods return?";
	}

	/**
	 * How long the start has waited.
	 * @return the time for all watches together
	 */
	public Duration getTimeout() {
		return this.timeout;
	}

	/**
	 * The watches that did not deliver their initial state.
	 * @return at least one
	 */
	public List<LateWatch> getLateWatches() {
		return this.lateWatches;
	}

	/**
	 * A watch that did not deliver its initial state.
	 *
	 * @param id the id of the watch
	 * @param range the range that it watches
	 * @param state where it stands
	 * @param problem what keeps it from etcd, {@code null} for nothing: then it is its
	 * method that takes long
	 * @param error what went wrong last, without values or secrets, {@code null} for
	 * nothing
	 */
	public record LateWatch(String id, KeyRange range, EtcdWatchState state, @Nullable WatchProblem problem,
			@Nullable String error) {

		@Override
		public String toString() {
			return "'" + this.id + "' (" + this.state + ((this.error != null) ? ": " + this.error : "") + ")";
		}

	}

}

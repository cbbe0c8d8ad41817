package org.etcdevent.consumer;

import java.time.Duration;

import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.WatchProblem;
import org.etcdevent.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * The first read of a value has waited in vain.
 */
public final class ValueSyncTimeoutException extends EtcdSyncTimeoutException {

	private static final long serialVersionUID = 1L;

	private final @Nullable WatchProblem problem;

	ValueSyncTimeoutException(Duration timeout, WatchStatus status) {
		super("No initial state of '" + status.range() + "' within " + timeout.toMillis()
				+ " ms (etcd.event.sync-timeout); it is " + status.state()
				+ ((status.lastError() != null) ? ": " + status.lastError() : ""), null);
		this.problem = status.problem();
	}

	/**
	 * What keeps the value from etcd.
	 * @return the problem, {@code null} for nothing: then etcd takes long
	 */
	public @Nullable WatchProblem getProblem() {
		return this.problem;
	}

}

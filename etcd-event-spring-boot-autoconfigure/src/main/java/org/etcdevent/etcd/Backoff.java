package org.etcdevent.etcd;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: an attempt waits a random part of a bound that
 * doubles, so that many clients do not come back at once. Loop only.
 */
public final class Backoff {

	private static final long CONNECT_FIRST = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long CONNECT_MAX = TimeUnit.SECONDS.toNanos(1);

	private static final long DENIED_FIRST = TimeUnit.MILLISECONDS.toNanos(500);

	private static final long DENIED_MAX = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_DOUBLINGS = 20;

	private final RandomGenerator random;

	private int failures;

	/**
	 * No failure yet.
	 * @param random where the jitter comes from
	 */
	public Backoff(RandomGenerator random) {
		this.random = random;
	}

	/**
	 * Counts a failure.
	 * @param kind a missing permission is asked for less often than a connection
	 * @return the nanoseconds to wait before the next attempt
	 */
	public long next(Failure.Kind kind) {
		boolean denied = kind == Failure.Kind.PERMISSION_DENIED;
		long first = denied ? DENIED_FIRST : CONNECT_FIRST;
		long max = denied ? DENIED_MAX : CONNECT_MAX;
		long bound = Math.min(max, first << Math.min(this.failures, MAX_DOUBLINGS));
		this.failures++;
		return denied ? bound / 2 + this.random.nextLong(bound / 2 + 1) : this.random.nextLong(bound + 1);
	}

	/**
	 * How many failures there were in a row.
	 * @return the number since the last success
	 */
	public int failures() {
		return this.failures;
	}

	/** A success: the next failure counts as the first one. */
	public void reset() {
		this.failures = 0;
	}

}

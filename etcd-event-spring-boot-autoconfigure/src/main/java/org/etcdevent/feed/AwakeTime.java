package org.etcdevent.feed;

import org.etcdevent.etcd.Loop;

/**
 * Time, as far as the loop was there to see it. While the process stands still, nothing
 * can be read, so nothing is missing: of a standstill, not more than one interval counts.
 * Loop only.
 */
final class AwakeTime {

	private final Loop loop;

	private final long interval;

	/** When the loop was last here. */
	private long seen;

	private long nanos;

	/**
	 * A clock.
	 * @param interval how often {@link #nanos()} is called at least, in nanoseconds
	 */
	AwakeTime(Loop loop, long interval) {
		this.loop = loop;
		this.interval = interval;
		this.seen = loop.nanoTime();
	}

	long nanos() {
		long now = this.loop.nanoTime();
		this.nanos += Math.min(now - this.seen, 2 * this.interval);
		this.seen = now;
		return this.nanos;
	}

}

package org.etcdevent.backlog;

import org.etcdevent.QuietPeriod;

/**
 * When changes came since the last look, for a {@link QuietPeriod}. Guarded by the lock
 * of its owner; times are those of the loop's clock.
 */
final class Burst {

	private final boolean watched;

	private final long minimumNanos;

	private final long maximumNanos;

	private boolean underway;

	private long first;

	private long last;

	Burst(QuietPeriod quietPeriod) {
		this.watched = !quietPeriod.isNone();
		this.minimumNanos = quietPeriod.minimum().toNanos();
		this.maximumNanos = quietPeriod.maximum().toNanos();
	}

	void changed(long now) {
		if (!this.watched) {
			return;
		}
		if (!this.underway) {
			this.underway = true;
			this.first = now;
		}
		this.last = now;
	}

	void ended() {
		this.underway = false;
	}

	/**
	 * How long to go on waiting.
	 * @return nanoseconds, 0 or less for no longer
	 */
	long left(long now) {
		if (!this.underway) {
			return 0;
		}
		return Math.min(this.last + this.minimumNanos - now, this.first + this.maximumNanos - now);
	}

}

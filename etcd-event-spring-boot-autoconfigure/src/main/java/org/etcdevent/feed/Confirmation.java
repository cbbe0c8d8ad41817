package org.etcdevent.feed;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;

/**
 * What linearizable reads show of a view and its watch, where progress does not. Loop
 * only.
 */
final class Confirmation {

	/**
	 * To find what was written last, etcd goes through a range: not through large ones.
	 */
	private static final int MANY = 100_000;

	/** For so many liveness timeouts a view may be neither proved nor disproved. */
	private static final int DOUBT = 20;

	private final KeyRange range;

	private final Loop loop;

	private final RangeState state;

	private final long livenessTimeout;

	private long askedNanos;

	/** Whether an answer is of this watch. */
	private boolean asked;

	/** The position that a read did not prove, 0 for none. */
	private long unproved;

	/** Since when it is not proved. */
	private long unprovedNanos;

	Confirmation(KeyRange range, Loop loop, RangeState state, FeedSettings settings) {
		this.range = range;
		this.loop = loop;
		this.state = state;
		this.livenessTimeout = settings.livenessTimeout().toNanos();
		this.askedNanos = loop.nanoTime();
	}

	/** A watch begins: what was asked before speaks of the one before it. */
	void begin() {
		this.asked = false;
		this.unproved = 0;
	}

	/** When a read was last asked for. */
	long askedNanos() {
		return this.askedNanos;
	}

	/** What to read. */
	RangeRead read(long timeoutNanos) {
		this.askedNanos = this.loop.nanoTime();
		this.asked = true;
		boolean few = this.state.entries().size() <= MANY;
		return new RangeRead(this.range.start(), this.range.end(), 0, few ? 1 : 0, few ? Detail.NEWEST : Detail.COUNT,
				timeoutNanos);
	}

	Verdict judge(Page page) {
		if (!this.asked) {
			return Verdict.NONE;
		}
		this.asked = false;
		if (this.state.isProvedBy(page)) {
			this.unproved = 0;
			return Verdict.RIGHT;
		}
		long position = this.state.position().revision();
		long now = this.loop.nanoTime();
		if (this.unproved != position) {
			this.unproved = position;
			this.unprovedNanos = now;
		}
		long waited = (now - this.unprovedNanos) / (this.state.isDisprovedBy(page) ? 1 : DOUBT);
		return (waited >= this.livenessTimeout) ? Verdict.WATCH_IS_DEAD : Verdict.NONE;
	}

	/**
	 * What an answer shows.
	 */
	enum Verdict {

		/** The view is right. */
		RIGHT,

		/** The watch has not reported for long what the range has. */
		WATCH_IS_DEAD,

		/** Nothing that is certain, or not yet. */
		NONE

	}

}

package org.etcdevent.feed;

import org.jspecify.annotations.Nullable;

/**
 * The requests for progress of all watches of a stream. An answer names no request, and a
 * server that catches up drops some. Loop only.
 */
final class ProgressRequests {

	/** For what a quorum has. */
	static final long UNKNOWN = 0;

	/**
	 * After so many looks at the stream, a request that was not answered was dropped. Not
	 * a time: where the loop stood still, the answer may be there unread.
	 */
	private static final int DROPPED = 2;

	/** What the next answer speaks of, {@code null} if none is to come. */
	private @Nullable Request pending;

	private int looks;

	/** A look at the stream. */
	void look() {
		this.looks++;
	}

	boolean arePending() {
		return this.pending != null;
	}

	/**
	 * One is sent.
	 * @param newest the newest watch that its answer speaks of
	 * @param quorum what a quorum has by now, as a revision
	 */
	void onSent(long newest, long quorum) {
		// The next answer may be that to the request before, if it was not dropped.
		Request before = this.pending;
		int unread = (before != null && this.looks <= DROPPED) ? before.answers() : 0;
		this.pending = (before != null) ? new Request(before.newest(), before.quorum(), unread + 1)
				: new Request(newest, quorum, 1);
		this.looks = 0;
	}

	/**
	 * An answer came.
	 * @return what it speaks of, {@code null} if nobody asked for it
	 */
	@Nullable Request onAnswer() {
		Request answered = this.pending;
		this.pending = (answered != null && answered.answers() > 1)
				? new Request(answered.newest(), answered.quorum(), answered.answers() - 1) : null;
		return answered;
	}

	/**
	 * A request.
	 *
	 * @param newest the newest watch that its answer speaks of
	 * @param quorum what a quorum had before it was sent, as a revision, or
	 * {@link #UNKNOWN}
	 * @param answers how many answers may come, where it was sent again before the first
	 * could be read
	 */
	record Request(long newest, long quorum, int answers) {
	}

}

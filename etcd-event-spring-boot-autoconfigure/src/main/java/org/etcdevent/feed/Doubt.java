package org.etcdevent.feed;

import java.util.function.BiPredicate;

import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * The doubt that etcd was set back. A member that lags looks the same, until a quorum was
 * asked. Loop only.
 */
final class Doubt {

	private static final Stamp NOTHING = new Stamp(0, 0, 0);

	private final RangeState state;

	/** Whether there is one. */
	private boolean open;

	/** Whether a quorum was asked since. */
	private boolean askedSince;

	/** What was known when a quorum was last asked, {@code null} to compare nothing. */
	private @Nullable Stamp asked;

	/** What raised it last. */
	private Stamp raisedBy = NOTHING;

	/**
	 * What the stream's member reported when the quorum said that it only lags. A member
	 * does not go back behind that: one that does was set back, for a proxy keeps its
	 * streams.
	 */
	private Stamp lagging = NOTHING;

	Doubt(RangeState state) {
		this.state = state;
	}

	/** Another stream may be that of another member. */
	void forget() {
		this.lagging = NOTHING;
		end();
	}

	/** Whether the member that creates a watch is not where the view is. */
	boolean isRaisedByCreated(Stamp stamp) {
		return isRaised(stamp, Stamp::isBefore);
	}

	/** A proxy goes on with its watches when the etcd behind it is set back. */
	boolean isRaisedBy(Stamp stamp) {
		return isRaised(stamp, Stamp::isForeignTo);
	}

	private boolean isRaised(Stamp stamp, BiPredicate<Stamp, Stamp> before) {
		boolean excused = !this.lagging.isBlank() && !before.test(stamp, this.lagging);
		if (stamp.isBlank() || excused || !before.test(stamp, this.state.position())) {
			return false;
		}
		this.raisedBy = stamp;
		return true;
	}

	/** From now on, the next question to a quorum decides. */
	void begin() {
		this.open = true;
		this.askedSince = false;
	}

	/** It does not matter any more. */
	void end() {
		this.open = false;
	}

	/**
	 * A quorum is asked: its answer is not older than what is known by now.
	 * @param trusted whether what is known is to be compared with the answer
	 */
	void onAsked(boolean trusted) {
		this.asked = trusted ? this.state.position() : null;
		this.askedSince = this.open;
	}

	/** Whether an answer shows that etcd has another history than what is known. */
	boolean isSetBack(Stamp quorum) {
		return this.asked != null && quorum.isBefore(this.asked);
	}

	/** What is known is not compared with an answer that is under way. */
	void reset() {
		this.asked = null;
		forget();
	}

	/** Whether an answer that shows nothing of the kind ends it. */
	boolean isSettled() {
		if (!this.open || !this.askedSince) {
			return false;
		}
		this.open = false;
		this.lagging = this.raisedBy;
		return true;
	}

}

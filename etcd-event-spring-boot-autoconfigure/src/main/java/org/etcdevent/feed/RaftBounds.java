package org.etcdevent.feed;

import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * How far the raft log is ahead of the revision. Each revision takes an entry of the log
 * at least, so the difference never gets smaller within one history, but does with a
 * backup that is restored: that begins a log of its own. Loop only.
 */
final class RaftBounds {

	/** What the difference was at least, at some time in this history. */
	private long atLeast = Long.MIN_VALUE;

	/** The member that has answered a linearizable read on this connection. */
	private @Nullable Stamp read;

	/** What the member of this connection has said, until what it shows is known. */
	private @Nullable MemberStatus status;

	/** A connection begins. */
	void begin() {
		this.read = null;
		this.status = null;
	}

	/** The member of the connection has all that a quorum had, so it does not lag. */
	void onRead(Stamp stamp) {
		this.read = stamp;
	}

	/**
	 * The member has said where its log is.
	 * @return whether that is not possible in the history that is known
	 */
	boolean isSetBack(MemberStatus now) {
		this.status = now;
		boolean comparable = this.read != null && this.read.isOfMemberOf(now.stamp());
		return comparable && now.committed() - now.stamp().revision() < this.atLeast;
	}

	/** A read that was sent after that was answered. */
	void onLaterRead(Stamp later) {
		MemberStatus before = this.status;
		if (before != null && later.isOfMemberOf(before.stamp())) {
			this.atLeast = Math.max(this.atLeast, before.applied() - later.revision());
		}
		this.status = null;
	}

	/** It is another history from now on. */
	void forget() {
		this.atLeast = Long.MIN_VALUE;
	}

}

package org.etcdevent.chaos;

/**
 * What a follower must not do to those who rely on it.
 */
public enum Violation {

	/** Tells a value that nobody wrote, or a deletion of what it did not tell before. */
	PHANTOM,

	/** Tells again what it told last, and not because that failed. */
	REPEATED,

	/** Tells an older state after a newer one, though etcd was not set back. */
	BACKWARDS,

	/** Calls twice at once for a key. */
	OVERLAPPING,

	/** Never tells a value that rests in etcd. */
	LOST_UPDATE,

	/** Never tells that a key is gone. */
	LOST_DELETION

}

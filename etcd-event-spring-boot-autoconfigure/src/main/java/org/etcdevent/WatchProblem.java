package org.etcdevent;

/**
 * What keeps a range from being followed, as far as people can do something about it.
 */
public enum WatchProblem {

	/** Nobody answers at the endpoints, or nobody who has a leader. */
	UNREACHABLE,

	/** One side does not trust the other's certificate, or speaks no TLS. */
	TLS,

	/** etcd does not know the user, or the password is wrong. */
	CREDENTIALS,

	/** The user may not read the range. */
	PERMISSION,

	/** Something else. */
	OTHER

}

package org.etcdevent;

/**
 * What prevents the watch of a range, as far as people can do something about it.
 */
public enum WatchProblem {

	/** No endpoint answers, or none that has a leader. */
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

package org.etcdevent.core;

import org.etcdevent.feed.Failure;
import org.jspecify.annotations.Nullable;

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
	OTHER;

	static @Nullable WatchProblem of(Failure.@Nullable Kind kind) {
		if (kind == null) {
			return null;
		}
		return switch (kind) {
			case UNAVAILABLE, TIMEOUT, NO_LEADER -> UNREACHABLE;
			case TLS -> TLS;
			case UNAUTHENTICATED -> CREDENTIALS;
			case PERMISSION_DENIED -> PERMISSION;
			case COMPACTED, OTHER -> OTHER;
		};
	}

}

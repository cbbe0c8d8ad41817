package org.etcdevent.etcd;

import org.etcdevent.WatchProblem;

/**
 * Why a read or a watch ended, in the terms in which the feed decides.
 *
 * @param kind what to do about it
 * @param message what etcd or the connection said, for people; never a key's value or a
 * secret
 */
public record Failure(Kind kind, String message) {

	/**
	 * Whether this concerns the connection or the cluster, and so every range alike.
	 * @return {@code true} for an outage
	 */
	public boolean isOutage() {
		return switch (this.kind) {
			case UNAVAILABLE, TLS, TIMEOUT, NO_LEADER, UNAUTHENTICATED -> true;
			default -> false;
		};
	}

	/**
	 * The kinds of failure.
	 */
	public enum Kind {

		/** No connection, or it was lost. */
		UNAVAILABLE(WatchProblem.UNREACHABLE),

		/** No TLS connection, for one side does not trust the other or speaks no TLS. */
		TLS(WatchProblem.TLS),

		/** No answer within the time that was allowed. */
		TIMEOUT(WatchProblem.UNREACHABLE),

		/** The member has no leader. */
		NO_LEADER(WatchProblem.UNREACHABLE),

		/** The token is missing, invalid or expired, or the password is wrong. */
		UNAUTHENTICATED(WatchProblem.CREDENTIALS),

		/** The user may not read the range. */
		PERMISSION_DENIED(WatchProblem.PERMISSION),

		/** The revision that was asked for is compacted. */
		COMPACTED(WatchProblem.OTHER),

		/** Everything else, an end without an error included. */
		OTHER(WatchProblem.OTHER);

		private final WatchProblem problem;

		Kind(WatchProblem problem) {
			this.problem = problem;
		}

		/**
		 * What people can do something about.
		 * @return the problem
		 */
		public WatchProblem problem() {
			return this.problem;
		}

	}

}

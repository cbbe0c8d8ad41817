package org.etcdevent.simulation;

/**
 * What can go wrong in a simulation.
 */
enum Fault {

	/** The connection is lost at once. */
	CUT,

	/**
	 * The stream ends with any status, after what was sent, an end without an error
	 * included.
	 */
	STREAM_ENDED,

	/** The stream ends between two fragments of a revision. */
	CUT_IN_FRAGMENTS,

	/** A connection that is lost without anyone being told. */
	HALF_OPEN,

	/** Nobody can connect, and is refused. */
	OUTAGE,

	/** Nobody can connect, and hears nothing. */
	BLACK_HOLE,

	COMPACTED,

	/** What went while nobody looked is compacted. */
	COMPACTED_WHILE_AWAY,

	/** Compacted at the very revision of a deletion. */
	COMPACTED_AT_DELETION,

	RESTARTED,

	/** A backup takes the cluster's place. */
	RESTORED,

	/** Likewise, by etcd's own recipe, so that only the raft log shows it at once. */
	RESTORED_BY_RECIPE,

	/** A data directory is put back, and nothing shows it but the past. */
	PUT_BACK,

	PERMISSION_MISSING,

	TOKEN_EXPIRED,

	/** No login is accepted. */
	LOGINS_REFUSED,

	/** A login takes its time. */
	LOGINS_SLOW,

	/** Some of the addresses of a name accept nothing and refuse nothing. */
	ADDRESSES_DEAD,

	CREATES_REFUSED,

	/** Watches are created late. */
	CREATES_SLOW,

	WATCH_CANCELED,

	/** A watch falls behind and catches up later. */
	WATCH_DELAYED,

	READS_FAIL,

	/** A read of several pages fails in the middle. */
	CUT_IN_PAGES,

	/** Pages come that a range cannot have. */
	PAGES_IMPOSSIBLE,

	/** An event comes that is of no key of the range. */
	EVENT_OUTSIDE,

	/** Calls of the transport or of a subscriber throw. */
	CALLS_THROW,

	SLOW_LINK,

	MEMBER_LAGS,

	/**
	 * The member behind a connection stays where it is for good, as on a disk that hangs.
	 */
	LEFT_BEHIND,

	/** Periodic progress. */
	PROGRESS,

	PROGRESS_LATE,

	PROGRESS_NEVER,

	/** Events come twice. */
	EVENTS_REPEATED,

	/** Keys of a lease go, up to a thousand in one revision. */
	LEASE_EXPIRED,

	/** The process does not run for a while. */
	CLOCK_JUMP,

	/** For a while, each call of a method fails. */
	HANDLER_FAILS_ALWAYS,

	/** For a while, a certain value is too much for any method. */
	POISON,

	/** Some calls fail, and the error handler gives up what they were about. */
	HANDLER_SKIPS,

	/** Some calls fail, and the error handler stops the watch. */
	HANDLER_STOPS,

	/** Some calls fail, and the error handler, too. */
	ERROR_HANDLER_FAILS,

	/** Some calls take so long that much happens meanwhile. */
	HANDLER_SLOW,

	/** Some calls end much later only. */
	HANDLER_HANGS,

	/** Some calls pause, stop, start, close or replace their own watch or another one. */
	HANDLER_REENTRANT,

	/** For a while, watches that start get not all of their threads, or none. */
	THREADS_REFUSED

}

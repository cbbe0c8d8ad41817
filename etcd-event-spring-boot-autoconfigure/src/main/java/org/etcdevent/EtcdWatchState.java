package org.etcdevent;

/**
 * Where the watch of a range stands. All consumers of one range share it.
 */
public enum EtcdWatchState {

	/** Not started, or closed. */
	IDLE,

	/** Reads the range: at first, or because what happened meanwhile is compacted. */
	SYNCING,

	/** Watches the range; every change arrives as it happens. */
	LIVE,

	/** No sign of life for longer than the liveness timeout; what is known may be old. */
	STALE,

	/** The connection is lost; attempts to restore it go on until they succeed. */
	RECONNECTING

}

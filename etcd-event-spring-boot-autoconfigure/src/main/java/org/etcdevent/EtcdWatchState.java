package org.etcdevent;

/**
 * Where the watch of a range stands. All consumers of one range share it.
 */
public enum EtcdWatchState {

	/** Not started, or closed. */
	IDLE,

	/** Reads the range: at first, or because what happened meanwhile is compacted. */
	SYNCING,

	/**
	 * Watches the range, and a quorum of etcd has confirmed what is known within the
	 * liveness timeout.
	 */
	LIVE,

	/** Not confirmed for longer than the liveness timeout; what is known may be old. */
	STALE,

	/** The connection is lost; attempts to restore it go on until they succeed. */
	RECONNECTING

}

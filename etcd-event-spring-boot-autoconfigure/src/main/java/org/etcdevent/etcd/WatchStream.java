package org.etcdevent.etcd;

import org.etcdevent.KeyRange;

/**
 * A stream of watches on one connection. Its text names the endpoint, for messages.
 */
public interface WatchStream {

	/**
	 * Asks for a watch. Etcd answers creates in their order, with
	 * {@link WatchListener#onCreated} or, where it refuses,
	 * {@link WatchListener#onCanceled} with the id -1. {@code etcd grpc-proxy} answers in
	 * any order. Periodic progress is asked for.
	 * @param watchId the id to give to the watch, positive and never used before on this
	 * stream; a proxy gives others, from 0
	 * @param range what to watch
	 * @param startRevision the first revision whose events to report, positive
	 * @param fragments whether large messages are to come in fragments
	 */
	void create(long watchId, KeyRange range, long startRevision, boolean fragments);

	/**
	 * Drops a watch. Answers may come until etcd has handled it, and
	 * {@link WatchListener#onCanceled} once it has.
	 * @param watchId the id with which it was created
	 */
	void cancel(long watchId);

	/**
	 * Asks for progress of all watches of the stream. A proxy takes this for an error and
	 * logs it.
	 */
	void requestProgress();

	/**
	 * Reads linearizably and on the stream's own connection: a sign of life where
	 * progress cannot be had.
	 * @param read what to read
	 * @param listener what gets the answer, once; not after {@link #close()}
	 */
	void read(RangeRead read, ReadListener listener);

	/**
	 * Asks the member for its status, once a connection. Not answered where it is
	 * refused: some versions of etcd allow it to root only. Until then, the server is not
	 * known to send progress in order.
	 */
	void requestStatus();

	/**
	 * Ends the stream and its connection. No call of the listener follows. Idempotent.
	 */
	void close();

}

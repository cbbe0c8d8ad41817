package org.etcdevent.etcd;

import java.util.List;

/**
 * Etcd, as far as a feed sees it. All calls are made on the {@link Loop}, and all answers
 * come on it, never from inside the call that asks for them.
 */
public interface EtcdTransport {

	/**
	 * Opens a watch stream on a connection of its own, to another endpoint each time,
	 * authenticated where credentials are set. It requires a leader.
	 * @param listener what hears of it: within the time that a connection and a login may
	 * take, that it is connected or closed
	 * @return the stream, which queues what is sent before it is connected
	 */
	WatchStream open(WatchListener listener);

	/**
	 * Reads a page of a range, linearizably. A read that fails, but for a compacted
	 * revision or a missing permission, makes the next one go to another endpoint.
	 * @param read what to read
	 * @param listener what gets the answer, once; unless the read is canceled first
	 * @return what cancels the read
	 */
	Loop.Timer read(RangeRead read, ReadListener listener);

	/**
	 * Reads single keys as of one revision, in one request or, where there are more than
	 * a transaction may hold, several.
	 * @param keys the keys; at least one
	 * @param revision the revision
	 * @param timeoutNanos how long each request may take, in nanoseconds
	 * @param listener what gets the answer, once; unless the read is canceled first. Keys
	 * that are not there as of the revision are left out
	 * @return what cancels the read
	 */
	Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener);

}

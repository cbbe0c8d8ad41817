package org.etcdevent.feed;

import java.util.List;

import org.etcdevent.KeyRange;

/**
 * Etcd, as far as a feed sees it. All calls are made on the {@link Loop}, and all answers
 * come on it, never from inside the call that asks for them.
 */
public interface EtcdTransport {

	/**
	 * Opens a watch stream on a connection of its own, to another endpoint each time,
	 * authenticated where credentials are set. It requires a leader.
	 * @param listener what hears of it
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

	/**
	 * A stream of watches on one connection. Its text names the endpoint, for messages.
	 */
	interface WatchStream {

		/**
		 * Asks for a watch. Etcd answers creates in their order, with
		 * {@link WatchListener#onCreated} or, where it refuses,
		 * {@link WatchListener#onCanceled} with the id -1. {@code etcd grpc-proxy}
		 * answers in any order. Periodic progress is asked for.
		 * @param watchId the id to give to the watch, positive and never used before on
		 * this stream; a proxy gives others, from 0
		 * @param range what to watch
		 * @param startRevision the first revision whose events to tell, positive
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
		 * Asks for progress of all watches of the stream. A proxy takes this for an error
		 * and logs it.
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
		 * Ends the stream and its connection. No call of the listener follows.
		 * Idempotent.
		 */
		void close();

	}

	/**
	 * Hears of a watch stream. A call that throws costs only the watch that it is about:
	 * it is given up, and {@link #onCanceled} says so.
	 */
	interface WatchListener {

		/**
		 * The connection is there and the user authenticated.
		 */
		void onConnected();

		/**
		 * A part of a message came, which can be long. The message follows unless the
		 * stream ends.
		 */
		void onArriving();

		/**
		 * A watch was created.
		 * @param stamp the member's header; its revision is the store's, not the watch's.
		 * A proxy may leave it out but for the start revision
		 * @param watchId the id that the watch is known by from now on
		 */
		void onCreated(Stamp stamp, long watchId);

		/**
		 * A watch was ended by etcd, or a create was refused.
		 * @param stamp the member's header
		 * @param watchId the watch's id, -1 for the first create that is not answered yet
		 * @param reason why; {@link Failure.Kind#COMPACTED} where the start is compacted
		 */
		void onCanceled(Stamp stamp, long watchId, Failure reason);

		/**
		 * Events of a watch, in the order of their revisions.
		 * @param stamp the member's header
		 * @param watchId the watch's id
		 * @param events what happened, tombstones for deletions
		 * @param fragment whether the events of the last revision go on in the next call
		 */
		void onEvents(Stamp stamp, long watchId, List<Entry> events, boolean fragment);

		/**
		 * All events up to the header's revision were sent.
		 * @param stamp the member's header
		 * @param watchId the watch's id, -1 for all watches of the stream
		 * @param ordered whether the server is known not to let progress overtake events;
		 * where it is not, this is a sign of life and no more
		 */
		void onProgress(Stamp stamp, long watchId, boolean ordered);

		/**
		 * The stream is over; nothing follows.
		 * @param reason why
		 */
		void onClosed(Failure reason);

	}

	/**
	 * Gets the answer to a read: one call of either method.
	 */
	interface ReadListener {

		/**
		 * The answer.
		 * @param page what was read
		 */
		void onPage(Page page);

		/**
		 * The read failed.
		 * @param reason why
		 */
		void onFailure(Failure reason);

	}

	/**
	 * What to read.
	 *
	 * @param start the first key
	 * @param end etcd's {@code range_end}: empty for the one key, {@code \0} for no end
	 * @param revision the revision as of which to read, 0 for the newest
	 * @param limit how many keys at the most, 0 for all
	 * @param detail how much of each key
	 * @param timeoutNanos how long it may take, in nanoseconds
	 */
	record RangeRead(byte[] start, byte[] end, long revision, long limit, Detail detail, long timeoutNanos) {

		/**
		 * How much of each key to read.
		 */
		public enum Detail {

			/** Keys, values and revisions. */
			ALL,

			/** Keys and revisions; values are empty. */
			KEYS,

			/** How many keys there are, and no more. */
			COUNT,

			/**
			 * How many keys there are, and the one that was written last, without its
			 * value. To find it, etcd goes through the whole range.
			 */
			NEWEST

		}

	}

	/**
	 * What was read.
	 *
	 * @param stamp the member's header
	 * @param entries the keys, in etcd's order
	 * @param more whether the range has further keys
	 * @param count how many keys the range has in all
	 * @param bytes the size of the answer
	 */
	record Page(Stamp stamp, List<Entry> entries, boolean more, long count, long bytes) {
	}

}

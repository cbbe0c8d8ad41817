package org.etcdevent.etcd;

import java.util.List;

/**
 * Hears of a watch stream. A call that throws costs only the watch that it is about: it
 * is given up, and {@link #onCanceled} says so.
 */
public interface WatchListener {

	/**
	 * The connection is there and the user authenticated.
	 */
	void onConnected();

	/**
	 * A part of a message came, which can be long. The message follows unless the stream
	 * ends.
	 */
	void onArriving();

	/**
	 * A watch was created.
	 * @param stamp the member's header; its revision is the store's, not the watch's. A
	 * proxy may leave it out but for the start revision
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
	 * The answer to {@link WatchStream#requestStatus()}.
	 * @param status what the member says of itself
	 */
	void onStatus(MemberStatus status);

	/**
	 * The stream is over; nothing follows.
	 * @param reason why
	 */
	void onClosed(Failure reason);

}

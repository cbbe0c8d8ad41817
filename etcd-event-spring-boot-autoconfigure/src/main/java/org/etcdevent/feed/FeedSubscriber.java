package org.etcdevent.feed;

import java.util.List;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Entry;

/**
 * Hears what becomes known of a range. Called on the loop only, so it must neither block
 * nor call user code.
 */
public interface FeedSubscriber {

	/**
	 * A slice of the state that the range had when the subscriber joined. Changes may
	 * come between slices, of keys already delivered and of others; nothing is to be
	 * handed out before {@link #onJoined}.
	 * @param slice some of the keys
	 */
	void onSlice(List<Entry> slice);

	/**
	 * All that was delivered so far is the range as of a revision.
	 * @param revision the revision
	 */
	void onJoined(long revision);

	/**
	 * The range went on to a later revision, in one step.
	 * @param changes what changed, at most once a key and revision, in order; may be
	 * empty
	 * @param revision the revision up to which all changes are delivered
	 */
	void onChanges(List<Change> changes, long revision);

	/**
	 * The watch of the range is in another state.
	 * @param from the state before
	 * @param to the state now
	 * @param cause why, for people
	 */
	void onState(EtcdWatchState from, EtcdWatchState to, String cause);

}

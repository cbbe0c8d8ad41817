package org.etcdevent.feed;

import org.etcdevent.etcd.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A step of one key in the truth of a range.
 *
 * @param before what the feed had at the key, {@code null} for nothing
 * @param after what it has now, a tombstone for nothing
 * @param none whether it is none to who has seen the first: the value is the same
 */
public record Change(@Nullable Entry before, Entry after, boolean none) {

	/**
	 * A step from one state to another.
	 * @param before what the feed had at the key, {@code null} for nothing
	 * @param after what it has now, a tombstone for nothing
	 */
	public Change(@Nullable Entry before, Entry after) {
		// Here, and not by each of those who hear of it.
		this(before, after, Entry.isSame(before, after));
	}

}

package org.etcdevent.core;

import java.util.HashMap;
import java.util.Map;

import org.etcdevent.feed.Entry;
import org.etcdevent.feed.Key;

/**
 * What a consumer had handled when it stopped: a later subscription that starts from it
 * repeats nothing of it and tells what is gone. Opaque.
 */
public final class Handled {

	/** Filled once, and read later, on the loop. */
	private Map<Key, Entry> entries = Map.of();

	/** Attempts in a row of what was tried last, and not handled. Likewise. */
	private final Map<Key, Integer> attempts = new HashMap<>();

	private final View<?> view;

	private final boolean wholeTold;

	/**
	 * What was handled.
	 * @param view of snapshots
	 * @param wholeTold whether there was one
	 */
	Handled(View<?> view, boolean wholeTold) {
		this.view = view;
		this.wholeTold = wholeTold;
	}

	/**
	 * The values of the snapshots that were handled, if such were taken.
	 * @param <T> their type, which is that of the later subscription too
	 * @return the view
	 */
	@SuppressWarnings("unchecked")
	<T> View<T> view() {
		return (View<T>) this.view;
	}

	boolean isWholeTold() {
		return this.wholeTold;
	}

	Map<Key, Entry> entries() {
		return this.entries;
	}

	Map<Key, Integer> attempts() {
		return this.attempts;
	}

	void entries(Map<Key, Entry> handled) {
		this.entries = handled;
	}

}

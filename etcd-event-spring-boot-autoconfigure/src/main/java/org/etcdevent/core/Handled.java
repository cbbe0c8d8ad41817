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

	/** Whether a snapshot was handled, even if it was empty. */
	private final boolean toldWhole;

	Handled(boolean toldWhole) {
		this.toldWhole = toldWhole;
	}

	boolean isToldWhole() {
		return this.toldWhole;
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

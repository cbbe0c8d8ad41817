package org.etcdevent.backlog;

import java.util.HashMap;
import java.util.Map;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;

/**
 * What a consumer had handled of each key when its backlog was closed. Filled once, and
 * read later by the backlog that starts from it, both on the event loop.
 */
public final class HandledKeys {

	private Map<Key, Entry> entries = Map.of();

	/** Consecutive attempts of what was tried last, and not handled. */
	private Map<Key, Integer> attempts = Map.of();

	Map<Key, Entry> entries() {
		return this.entries;
	}

	Map<Key, Integer> attempts() {
		return this.attempts;
	}

	void fill(Map<Key, Entry> handled, Map<Key, Integer> attempted) {
		this.entries = handled;
		this.attempts = attempted;
	}

}

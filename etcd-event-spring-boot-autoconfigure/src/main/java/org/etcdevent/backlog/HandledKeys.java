package org.etcdevent.backlog;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer had handled of each key when its backlog was closed: the range as it
 * was then, but for some keys. Filled once, and read later by the backlog that starts
 * from it, both on the event loop.
 */
public final class HandledKeys {

	/** Shared with others who stopped at the same position, and never changed. */
	private Map<Key, Entry> range = Map.of();

	/** What was handled of those keys that had changes, {@code null} for nothing. */
	private Map<Key, @Nullable Entry> others = Map.of();

	/** Consecutive attempts of what was tried last, and not handled. */
	private Map<Key, Integer> attempted = Map.of();

	void fill(Map<Key, Entry> rangeThen, Iterable<Pending> unhandled) {
		this.range = rangeThen;
		this.others = new HashMap<>();
		this.attempted = new HashMap<>();
		for (Pending pending : unhandled) {
			Entry shown = pending.shown;
			this.others.put(pending.key(), (shown != null && !shown.isTombstone()) ? shown : null);
			if (pending.attempts > 0) {
				this.attempted.put(pending.key(), pending.attempts);
			}
		}
	}

	void fill(HandledKeys earlier) {
		this.range = earlier.range;
		this.others = earlier.others;
		this.attempted = earlier.attempted;
	}

	/** What was handled of a key, {@code null} for nothing. */
	@Nullable Entry entry(Key key) {
		return this.others.containsKey(key) ? this.others.get(key) : this.range.get(key);
	}

	int attempts(Key key) {
		return this.attempted.getOrDefault(key, 0);
	}

	/** All keys of which anything was handled or attempted, and maybe others. */
	void forEachKey(Consumer<Key> action) {
		this.range.keySet().forEach(action);
		this.others.keySet().forEach(action);
	}

}

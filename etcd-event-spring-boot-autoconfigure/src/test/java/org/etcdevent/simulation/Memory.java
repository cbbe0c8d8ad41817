package org.etcdevent.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;

/**
 * What a consumer was told and has handled, through all its stops and starts, and whether
 * what comes next fits to it.
 */
final class Memory {

	private final Object whose;

	private final ModelStore store;

	/** Each key's value as it was handled last. */
	private final Map<Key, String> shown = new HashMap<>();

	/** Attempts in a row of what was not handled. */
	private final Map<Key, Integer> tried = new HashMap<>();

	private final Map<Key, Told> told = new HashMap<>();

	Memory(Object whose, ModelStore store) {
		this.whose = whose;
		this.store = store;
	}

	void delivered(EtcdUpdate<String> update) {
		Key key = Consumer.key(update);
		String value = update.value();
		int attempts = this.tried.getOrDefault(key, 0);
		Promise.check(update.attempt() == attempts + 1,
				() -> this.whose + " hears that " + update + " is attempt " + update.attempt() + " after " + attempts);
		Promise.check(value == null || this.store.wasThere(key, ModelStore.bytes(value), update.revision()),
				() -> this.whose + " gets " + update + " to '" + value + "', which never was");
		Promise.check(value != null || this.shown.containsKey(key) || attempts > 0,
				() -> this.whose + " gets " + update + ", which was never shown");
		Promise.check(attempts > 0 || !Objects.equals(value, this.shown.get(key)),
				() -> this.whose + " gets " + update + ", which is no news");
		checkOrder(key, update.revision(), attempts > 0);
	}

	private void checkOrder(Key key, long revision, boolean again) {
		Told last = this.told.getOrDefault(key, new Told(0, 0, null));
		boolean fell = revision < last.revision() || (revision == last.revision() && !again);
		int falls = last.falls() + (fell ? 1 : 0);
		Promise.check(falls <= this.store.epoch(),
				() -> this.whose + " goes back with '" + key + "' from " + last.revision() + " to " + revision);
		this.told.put(key, new Told(revision, falls, last.withoutBefore()));
	}

	/** It was never attempted, so the same may come again. */
	void released(EtcdUpdate<String> update) {
		this.told.computeIfPresent(Consumer.key(update), (key, last) -> last.before());
	}

	void handled(EtcdUpdate<String> update) {
		Key key = Consumer.key(update);
		this.tried.remove(key);
		if (update.isDeletion()) {
			this.shown.remove(key);
		}
		else {
			this.shown.put(key, update.value());
		}
	}

	void failed(EtcdUpdate<String> update) {
		this.tried.merge(Consumer.key(update), 1, Integer::sum);
	}

	/**
	 * What is not handled as it is in etcd.
	 * @return what, {@code null} for nothing
	 */
	String missing(KeyRange range) {
		Map<Key, String> expected = new HashMap<>();
		for (Entry entry : this.store.state(range).values()) {
			String value = Consumer.text(entry);
			// What cannot be decoded leaves in place what was shown.
			String seen = value.startsWith(Consumer.UNDECODABLE) ? this.shown.get(entry.key()) : value;
			if (seen != null) {
				expected.put(entry.key(), seen);
			}
			if (value.startsWith(Consumer.UNDECODABLE)) {
				this.tried.remove(entry.key());
			}
		}
		if (!this.shown.equals(expected)) {
			Map<Key, String> right = new HashMap<>(this.shown);
			right.entrySet().retainAll(expected.entrySet());
			Map<Key, String> wrong = new HashMap<>(this.shown);
			wrong.entrySet().removeAll(right.entrySet());
			expected.entrySet().removeAll(right.entrySet());
			return this.whose + " has handled " + wrong + " instead of " + expected;
		}
		return this.tried.isEmpty() ? null : this.whose + " has tried in vain " + this.tried;
	}

	/**
	 * What was told of a key.
	 *
	 * @param revision at which revision
	 * @param falls how often the revision fell until then
	 * @param before what was told before
	 */
	private record Told(long revision, int falls, Told before) {

		Told withoutBefore() {
			return new Told(this.revision, this.falls, null);
		}

	}

}

package org.etcdevent.consumer;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Key;
import org.jspecify.annotations.Nullable;

/**
 * The decoded values of a range, kept up to date by deliveries. Read by any thread;
 * changed by one at a time.
 *
 * @param <T> the type of the decoded values
 */
final class DecodedRange<T> {

	private final ConcurrentNavigableMap<Key, T> values;

	private volatile Set<Key> undecodable = Set.of();

	DecodedRange() {
		this.values = new ConcurrentSkipListMap<>();
	}

	DecodedRange(DecodedRange<T> other) {
		this.values = new ConcurrentSkipListMap<>(other.values);
		this.undecodable = other.undecodable;
	}

	void apply(Iterable<EtcdUpdate<T>> updates, Set<Key> undecodableNow) {
		for (EtcdUpdate<T> update : updates) {
			Key key = new Key(update.keyBytes());
			T value = update.value();
			if (value != null) {
				this.values.put(key, value);
			}
			else {
				this.values.remove(key);
			}
		}
		this.undecodable = undecodableNow;
	}

	@Nullable T get(Key key) {
		return this.values.get(key);
	}

	boolean isUndecodable(Key key) {
		return this.undecodable.contains(key);
	}

	EtcdSnapshot<T> snapshot(long revision) {
		Map<String, T> entries = new LinkedHashMap<>();
		this.values.forEach((key, value) -> entries.put(name(key), value));
		Set<String> names = new LinkedHashSet<>();
		this.undecodable.stream().sorted().map(this::name).forEach(names::add);
		return EtcdSnapshot.of(revision, entries, names);
	}

	/** A key that is not text may be printed as another one's text reads. */
	private String name(Key key) {
		String text = new String(key.bytes(), StandardCharsets.UTF_8);
		if (key(text).equals(key)) {
			return text;
		}
		String name = KeyRange.printable(key.bytes());
		while (this.values.containsKey(key(name)) || this.undecodable.contains(key(name))) {
			name += '\\';
		}
		return name;
	}

	private static Key key(String text) {
		return new Key(text.getBytes(StandardCharsets.UTF_8));
	}

}

package org.etcdevent.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.etcdevent.KeyRange;
import org.etcdevent.feed.Entry;
import org.etcdevent.feed.Key;
import org.etcdevent.feed.Stamp;

/**
 * The keys of a cluster at each of its revisions, and those of the clusters it was before
 * it was restored.
 */
public final class ModelStore {

	private static final long TERMS_OF_AN_EPOCH = 100;

	private final List<Epoch> epochs = new ArrayList<>();

	private long clusterId = 1;

	private long raftTerm = 1_000_000;

	private long compacted;

	ModelStore() {
		Epoch first = new Epoch(new ArrayList<>(), new ArrayList<>());
		// As etcd does, begins at revision 1 with nothing in it.
		first.add(List.of(), new TreeMap<>());
		first.add(List.of(), new TreeMap<>());
		this.epochs.add(first);
	}

	/**
	 * Writes and deletes keys in one transaction.
	 * @param writes the keys and their values, {@code null} to delete
	 * @return the store's revision afterwards
	 */
	public long commit(Map<String, byte[]> writes) {
		NavigableMap<Key, Entry> state = new TreeMap<>(current().stateAt(revision()));
		List<Entry> events = new ArrayList<>();
		writes.forEach((name, value) -> {
			Entry entry = new Entry(key(name), value, revision() + 1);
			if (value != null) {
				state.put(entry.key(), entry);
				events.add(entry);
			}
			else if (state.remove(entry.key()) != null) {
				events.add(entry);
			}
		});
		if (!events.isEmpty()) {
			current().add(List.copyOf(events), state);
		}
		return revision();
	}

	void compact(long revision) {
		this.compacted = Math.max(this.compacted, Math.min(revision, revision()));
	}

	void elect() {
		this.raftTerm++;
	}

	/**
	 * Goes back to an earlier state, and on from there with a history of its own.
	 */
	void restore(long toRevision, boolean asOtherCluster) {
		this.epochs.add(current().upTo(toRevision));
		this.compacted = Math.min(this.compacted, toRevision);
		this.raftTerm -= TERMS_OF_AN_EPOCH;
		if (asOtherCluster) {
			this.clusterId++;
		}
	}

	long revision() {
		return current().lastRevision();
	}

	long compacted() {
		return this.compacted;
	}

	Stamp stamp(long revision) {
		return new Stamp(this.clusterId, revision, this.raftTerm);
	}

	Epoch current() {
		return this.epochs.get(this.epochs.size() - 1);
	}

	/**
	 * How often the store was restored.
	 * @return the number, that of the current epoch
	 */
	int epoch() {
		return this.epochs.size() - 1;
	}

	Epoch epoch(int number) {
		return this.epochs.get(number);
	}

	NavigableMap<Key, Entry> state(KeyRange range) {
		return current().stateAt(range, revision());
	}

	/** Whether etcd ever had exactly this. */
	boolean wasThere(Key key, byte[] value, long modRevision) {
		return this.epochs.stream()
			.filter((epoch) -> modRevision <= epoch.lastRevision())
			.flatMap((epoch) -> epoch.eventsAt(modRevision).stream())
			.anyMatch((event) -> event.key().equals(key) && Arrays.equals(event.value(), value));
	}

	static Key key(String name) {
		return new Key(bytes(name));
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static Map<String, byte[]> write(String... keysAndValues) {
		Map<String, byte[]> writes = new LinkedHashMap<>();
		for (int i = 0; i < keysAndValues.length; i += 2) {
			String value = keysAndValues[i + 1];
			writes.put(keysAndValues[i], (value != null) ? bytes(value) : null);
		}
		return writes;
	}

	/**
	 * A history: the events and the state of each revision.
	 */
	record Epoch(List<List<Entry>> events, List<NavigableMap<Key, Entry>> states) {

		void add(List<Entry> happened, NavigableMap<Key, Entry> state) {
			this.events.add(happened);
			this.states.add(state);
		}

		long lastRevision() {
			return this.events.size() - 1;
		}

		List<Entry> eventsAt(long revision) {
			return this.events.get((int) revision);
		}

		NavigableMap<Key, Entry> stateAt(long revision) {
			return this.states.get((int) revision);
		}

		NavigableMap<Key, Entry> stateAt(KeyRange range, long revision) {
			NavigableMap<Key, Entry> part = new TreeMap<>();
			stateAt(revision).forEach((key, entry) -> {
				if (range.contains(key.bytes())) {
					part.put(key, entry);
				}
			});
			return part;
		}

		Epoch upTo(long revision) {
			int end = (int) revision + 1;
			return new Epoch(new ArrayList<>(this.events.subList(0, end)),
					new ArrayList<>(this.states.subList(0, end)));
		}

	}

}

package org.etcdevent.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Stamp;

/**
 * The keys of a cluster at each of its revisions, and those of the clusters it was before
 * it was restored.
 */
public final class ModelStore {

	private static final long TERMS_OF_AN_EPOCH = 100;

	private final List<Epoch> epochs = new ArrayList<>();

	private final Map<Key, String> names = new HashMap<>();

	private long clusterId = 1;

	private long raftTerm = 1_000_000;

	private long compacted;

	/** By how much the raft log is ahead of each revision. */
	private List<Long> ahead = new ArrayList<>(List.of(4L, 4L));

	/** Whether it was set back so that clients have to find that out. */
	private boolean hidden;

	private boolean wasHidden;

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
	public long commit(Map<Key, byte[]> writes) {
		NavigableMap<Key, Entry> state = new TreeMap<>(current().stateAt(revision()));
		List<Entry> events = new ArrayList<>();
		writes.forEach((key, value) -> {
			Entry entry = new Entry(key, value, revision() + 1);
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
			this.ahead.add(this.ahead.get(this.ahead.size() - 1));
		}
		return revision();
	}

	/** An entry of the raft log that makes no revision. */
	private void addEntry() {
		this.ahead.set(this.ahead.size() - 1, this.ahead.get(this.ahead.size() - 1) + 1);
	}

	void compact(long revision) {
		addEntry();
		this.compacted = Math.max(this.compacted, Math.min(revision, revision()));
	}

	void elect() {
		addEntry();
		this.raftTerm++;
	}

	/**
	 * Goes back to an earlier state, and on from there with a history of its own.
	 */
	void restore(long toRevision, boolean asOtherCluster) {
		restoreStealthily(toRevision);
		if (asOtherCluster) {
			this.clusterId++;
			this.raftTerm++;
		}
		else {
			this.raftTerm -= TERMS_OF_AN_EPOCH;
		}
	}

	void restoreStealthily(long toRevision) {
		this.epochs.add(current().upTo(toRevision));
		this.ahead = new ArrayList<>(this.ahead.subList(0, (int) toRevision + 1));
		this.compacted = Math.min(this.compacted, toRevision);
	}

	/**
	 * Goes back as by etcd's own recipe, or with a data directory that is put back:
	 * neither cluster nor term change.
	 * @param byRecipe whether the raft log begins again
	 */
	void restoreHidden(long toRevision, boolean byRecipe) {
		restoreStealthily(toRevision);
		this.hidden = true;
		this.wasHidden = true;
		if (byRecipe) {
			this.ahead.set((int) toRevision, -26L);
		}
	}

	/** Whether clients may not have noticed yet that it was set back. */
	boolean isHidden() {
		return this.hidden;
	}

	/** Whether that ever happened. */
	boolean wasHidden() {
		return this.wasHidden;
	}

	/** By now they must have. */
	void reveal() {
		this.hidden = false;
	}

	/**
	 * What a member says that is at a revision.
	 * @param unapplied how many further entries it knows to be committed
	 */
	MemberStatus status(long revision, long unapplied) {
		long index = revision + this.ahead.get((int) revision);
		return new MemberStatus(stamp(revision), index + unapplied, index);
	}

	long revision() {
		return current().lastRevision();
	}

	long compacted() {
		return this.compacted;
	}

	Stamp stamp(long revision) {
		return new Stamp(this.clusterId, 1, revision, this.raftTerm);
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

	/** One of the keys that there are, {@code null} if there are none. */
	Entry anyOf(KeyRange range, RandomGenerator random) {
		NavigableMap<Key, Entry> state = state(range);
		if (state.isEmpty()) {
			return null;
		}
		return random.nextBoolean() ? state.firstEntry().getValue() : state.lastEntry().getValue();
	}

	/** Whether etcd ever had exactly this. */
	boolean wasThere(Key key, byte[] value, long modRevision) {
		for (Epoch epoch : this.epochs) {
			Entry entry = (modRevision <= epoch.lastRevision()) ? epoch.stateAt(modRevision).get(key) : null;
			if (entry != null && entry.modRevision() == modRevision && Arrays.equals(entry.value(), value)) {
				return true;
			}
		}
		return false;
	}

	/** A key's name as the contract of snapshots has it: text where it is text. */
	String name(Key key) {
		return this.names.computeIfAbsent(key, (unnamed) -> {
			String text = new String(key.bytes(), StandardCharsets.UTF_8);
			return Arrays.equals(bytes(text), key.bytes()) ? text : KeyRange.printable(key.bytes());
		});
	}

	static Key key(String name) {
		return new Key(bytes(name));
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static Map<Key, byte[]> write(String... keysAndValues) {
		Map<Key, byte[]> writes = new LinkedHashMap<>();
		for (int i = 0; i < keysAndValues.length; i += 2) {
			String value = keysAndValues[i + 1];
			writes.put(key(keysAndValues[i]), (value != null) ? bytes(value) : null);
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

		/** Not to be changed, as the state that it is a part of. */
		NavigableMap<Key, Entry> stateAt(KeyRange range, long revision) {
			NavigableMap<Key, Entry> all = stateAt(revision);
			Key start = new Key(range.start());
			byte[] end = range.end();
			if (range.isSingleKey()) {
				return all.subMap(start, true, start, true);
			}
			boolean endless = end.length == 1 && end[0] == 0;
			return endless ? all.tailMap(start, true) : all.subMap(start, true, new Key(end), false);
		}

		Epoch upTo(long revision) {
			int end = (int) revision + 1;
			return new Epoch(new ArrayList<>(this.events.subList(0, end)),
					new ArrayList<>(this.states.subList(0, end)));
		}

	}

}

package org.etcdevent.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;

/**
 * Those who write to etcd: transactions of some keys, values that are new, old, empty or
 * cannot be decoded, keys that are no text, and leases; and what they know of when they
 * wrote.
 */
final class Writers {

	private final ModelEtcd etcd;

	private final VirtualLoop loop;

	private final Trace trace;

	private final Profile.Writes rates;

	private final List<Key> keys = new ArrayList<>();

	private final List<Key> leased = new ArrayList<>();

	private final List<Commit> commits = new ArrayList<>();

	private int lastValue;

	/**
	 * Writers of a few keys.
	 * @param leases how many keys hang on a lease
	 */
	Writers(ModelEtcd etcd, VirtualLoop loop, Trace trace, Profile.Writes rates, int leases) {
		this.etcd = etcd;
		this.loop = loop;
		this.trace = trace;
		this.rates = rates;
		for (int i = 0; i < 6; i++) {
			this.keys.add(ModelStore.key("a/" + i));
			this.keys.add(ModelStore.key("b/" + i));
		}
		this.keys.add(new Key(new byte[] { 'a', '/', (byte) 0xff, (byte) 0xfe }));
		this.keys.add(new Key(new byte[] { 'b', 0 }));
		for (int i = 0; i < leases; i++) {
			this.leased.add(ModelStore.key("b/leased/" + i));
		}
	}

	/** How many keys there may be. */
	int keys() {
		return this.keys.size() + this.leased.size();
	}

	void write(RandomGenerator random) {
		if (this.rates.renewals().happens(random)) {
			renewLease();
			return;
		}
		Map<Key, byte[]> writes = new LinkedHashMap<>();
		Span count = this.rates.large().happens(random) ? this.rates.largeKeys() : this.rates.keys();
		for (int left = count.draw(random); left > 0; left--) {
			writes.put(anyKey(random), anyValue(random));
		}
		commit(writes);
	}

	void delete(RandomGenerator random) {
		Map<Key, byte[]> writes = new LinkedHashMap<>();
		writes.put(anyKey(random), null);
		commit(writes);
	}

	/** Writes a new value in each range that somebody may follow. */
	void writeEverywhere() {
		Map<Key, byte[]> writes = new LinkedHashMap<>();
		for (String name : List.of("a/1", "a/4", "b/3", "b/leased/0")) {
			writes.put(ModelStore.key(name), ModelStore.bytes("everywhere " + ++this.lastValue));
		}
		commit(writes);
	}

	private void renewLease() {
		Map<Key, byte[]> writes = new LinkedHashMap<>();
		this.leased.forEach((key) -> writes.put(key, ModelStore.bytes("leased " + ++this.lastValue)));
		commit(writes);
	}

	/** All that hangs on the lease goes in one revision. */
	void expireLease() {
		Map<Key, byte[]> writes = new LinkedHashMap<>();
		this.leased.forEach((key) -> writes.put(key, null));
		commit(writes);
	}

	private void commit(Map<Key, byte[]> writes) {
		long before = this.etcd.store().revision();
		int epoch = this.etcd.store().epoch();
		if (this.etcd.commitKeys(writes) > before) {
			this.trace
				.add(() -> "revision " + (before + 1) + " writes " + this.etcd.store().current().eventsAt(before + 1));
			this.commits.add(new Commit(epoch, before + 1, this.loop.nanoTime()));
		}
	}

	/**
	 * Whether a range changed after a revision and before a time, in etcd's present
	 * history, and was not as before again since: what is there and gone again leaves a
	 * range as it was. Before may be in an earlier history.
	 */
	boolean changed(KeyRange range, long after, long until) {
		ModelStore store = this.etcd.store();
		long last = lastRevisionBefore(until);
		if (last <= after) {
			return false;
		}
		Set<Map<Key, Long>> known = new HashSet<>();
		for (int epoch = 0; epoch <= store.epoch(); epoch++) {
			if (after <= store.epoch(epoch).lastRevision()) {
				known.add(revisions(store.epoch(epoch).stateAt(range, after)));
			}
		}
		for (long revision = last; revision <= store.revision(); revision++) {
			if (known.contains(revisions(store.current().stateAt(range, revision)))) {
				return false;
			}
		}
		return true;
	}

	/** Of etcd's present history; 0 for none. */
	private long lastRevisionBefore(long time) {
		ModelStore store = this.etcd.store();
		for (int i = this.commits.size() - 1; i >= 0; i--) {
			Commit commit = this.commits.get(i);
			if (commit.epoch() != store.epoch()) {
				return 0;
			}
			if (commit.time() < time && commit.revision() <= store.revision()) {
				return commit.revision();
			}
		}
		return 0;
	}

	private static Map<Key, Long> revisions(Map<Key, Entry> state) {
		Map<Key, Long> revisions = new HashMap<>();
		state.forEach((key, entry) -> revisions.put(key, entry.modRevision()));
		return revisions;
	}

	private Key anyKey(RandomGenerator random) {
		return this.keys.get(random.nextInt(this.keys.size()));
	}

	private byte[] anyValue(RandomGenerator random) {
		Profile.Values values = this.rates.values();
		int drawn = random.nextInt(values.outOf());
		if ((drawn -= values.deletions()) < 0) {
			return null;
		}
		if ((drawn -= values.empty()) < 0) {
			return ModelStore.bytes("");
		}
		if ((drawn -= values.a()) < 0) {
			return ModelStore.bytes("A");
		}
		if ((drawn -= values.b()) < 0) {
			return ModelStore.bytes("B");
		}
		boolean undecodable = drawn < values.undecodable();
		return ModelStore.bytes((undecodable ? Consumer.UNDECODABLE : "value ") + ++this.lastValue);
	}

	/**
	 * What was written, and when.
	 */
	private record Commit(int epoch, long revision, long time) {
	}

}

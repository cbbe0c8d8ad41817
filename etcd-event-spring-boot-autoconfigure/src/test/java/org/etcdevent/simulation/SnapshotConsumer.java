package org.etcdevent.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.consumer.Delivery;

/**
 * Takes everything at once, and compares each cut with what etcd had at its revision.
 */
final class SnapshotConsumer extends Consumer {

	private final ModelStore store;

	private final VirtualLoop loop;

	private final Cuts cuts;

	/** Until when nothing may be taken. */
	private long putOffUntil = Long.MIN_VALUE;

	/** What the cuts alone lead to. */
	private final Map<String, String> entries = new HashMap<>();

	/** Before the cut that is in flight. */
	private Map<String, String> entriesBefore = Map.of();

	SnapshotConsumer(KeyRange range, Surroundings surroundings, RandomGenerator random) {
		super(range, 0, surroundings, random);
		this.store = surroundings.store();
		this.loop = surroundings.loop();
		this.cuts = new Cuts(range, this.store);
	}

	@Override
	void arrived(Delivery<String> cut) {
		Promise.check(this.loop.nanoTime() >= this.putOffUntil, () -> this + " gets a cut before it is due");
		check(cut);
	}

	private void check(Delivery<String> cut) {
		this.entriesBefore = Map.copyOf(this.entries);
		for (EtcdUpdate<String> update : cut.updates()) {
			String name = this.store.name(key(update));
			if (update.isDeletion()) {
				this.entries.remove(name);
			}
			else {
				this.entries.put(name, update.value());
			}
		}
		EtcdSnapshot<String> snapshot = cut.snapshot();
		Promise.check(cut.revision() == snapshot.revision(), () -> this + " gets a cut of two revisions");
		this.cuts.check(snapshot);
		snapshot.entries()
			.forEach((name, value) -> Promise.check(
					snapshot.undecodable().contains(name) || value.equals(this.entries.get(name)),
					() -> this + " is shown '" + name + "' as it was not told"));
		this.entries.keySet()
			.forEach((name) -> Promise.check(
					snapshot.undecodable().contains(name) || snapshot.entries().containsKey(name),
					() -> this + " is not shown '" + name + "', which it was told"));
	}

	@Override
	void stopped() {
		this.putOffUntil = Long.MIN_VALUE;
	}

	@Override
	void notHandled(Delivery<String> delivery, long due, boolean released) {
		this.putOffUntil = due;
		if (released) {
			this.entries.clear();
			this.entries.putAll(this.entriesBefore);
		}
	}

}

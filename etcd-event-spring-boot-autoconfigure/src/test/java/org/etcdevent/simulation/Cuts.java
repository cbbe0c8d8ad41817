package org.etcdevent.simulation;

import java.util.Collection;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;

/**
 * Holds the snapshots of one reader against what etcd had at their revisions. They may go
 * back only with etcd itself.
 */
final class Cuts {

	private final KeyRange range;

	private final ModelStore store;

	/** The first history that the newest snapshot may be of. */
	private int epoch;

	private long revision;

	private EtcdSnapshot<String> last;

	Cuts(KeyRange range, ModelStore store) {
		this.range = range;
		this.store = store;
	}

	void check(EtcdSnapshot<String> snapshot) {
		if (snapshot == this.last) {
			return;
		}
		int candidate = this.epoch;
		while (candidate <= this.store.epoch() && !fits(snapshot, candidate)) {
			candidate++;
		}
		if (candidate > this.store.epoch() && this.store.isHidden()) {
			return;
		}
		Promise.check(candidate <= this.store.epoch(), () -> "'" + this.range + "' never was " + snapshot.entries()
				+ " but for " + snapshot.undecodable() + " at revision " + snapshot.revision());
		this.epoch = candidate;
		this.revision = snapshot.revision();
		this.last = snapshot;
	}

	private boolean fits(EtcdSnapshot<String> snapshot, int candidate) {
		ModelStore.Epoch history = this.store.epoch(candidate);
		boolean back = candidate == this.epoch && snapshot.revision() < this.revision;
		return !back && snapshot.revision() <= history.lastRevision()
				&& fits(snapshot, history.stateAt(this.range, snapshot.revision()).values());
	}

	/** What cannot be decoded is named, and may be shown as it was before. */
	private boolean fits(EtcdSnapshot<String> snapshot, Collection<Entry> state) {
		int shown = 0;
		int undecodable = 0;
		for (Entry entry : state) {
			String name = this.store.name(entry.key());
			String value = Consumer.text(entry);
			if (value.startsWith(Consumer.UNDECODABLE)) {
				undecodable++;
				shown += snapshot.entries().containsKey(name) ? 1 : 0;
				if (!snapshot.undecodable().contains(name)) {
					return false;
				}
			}
			else {
				shown++;
				if (!value.equals(snapshot.entries().get(name))) {
					return false;
				}
			}
		}
		return shown == snapshot.entries().size() && undecodable == snapshot.undecodable().size();
	}

	/** Whether the last snapshot named a key that cannot be decoded. */
	boolean hasUndecodable() {
		return this.last != null && !this.last.undecodable().isEmpty();
	}

}

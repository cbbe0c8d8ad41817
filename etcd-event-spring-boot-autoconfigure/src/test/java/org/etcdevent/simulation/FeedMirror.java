package org.etcdevent.simulation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.feed.Change;
import org.etcdevent.feed.FeedSubscriber;

/**
 * Builds the range again from what a feed tells, and after each step compares it with
 * what etcd had at the revision that the step leads to.
 */
public final class FeedMirror implements FeedSubscriber {

	private final KeyRange range;

	private final ModelStore store;

	private final NavigableMap<Key, Entry> entries = new TreeMap<>();

	private final List<EtcdWatchState> states = new ArrayList<>();

	/** The first history that what was told may be of. */
	private int epoch;

	private long revision;

	private boolean joined;

	private int steps;

	/** Whether changes may come again, for it threw after it had applied them. */
	private boolean repeated;

	/** What went wrong, for a feed keeps what its subscribers throw to itself. */
	private Throwable failure;

	public FeedMirror(KeyRange range, ModelStore store) {
		this.range = range;
		this.store = store;
	}

	/** From now on, what it has applied may come again. */
	public void mayRepeat() {
		this.repeated = true;
	}

	@Override
	public void onSlice(List<Entry> slice) {
		check(() -> {
			Promise.check(!this.joined, () -> "a slice after all was told");
			slice.forEach((entry) -> this.entries.put(entry.key(), entry));
		});
	}

	@Override
	public void onJoined(long atRevision) {
		check(() -> {
			this.joined = true;
			compare(atRevision);
		});
	}

	@Override
	public void onChanges(List<Change> changes, long toRevision) {
		check(() -> {
			for (Change change : changes) {
				if (this.joined && !this.repeated) {
					Entry before = this.entries.get(change.after().key());
					Promise.check(same(before, change.before()), () -> "before " + change + " there was " + before);
				}
				apply(change.after());
			}
			if (this.joined) {
				compare(toRevision);
			}
		});
	}

	@Override
	public void onState(EtcdWatchState from, EtcdWatchState to, String cause) {
		this.states.add(to);
	}

	private void apply(Entry after) {
		if (after.isTombstone()) {
			this.entries.remove(after.key());
		}
		else {
			this.entries.put(after.key(), after);
		}
	}

	/** The state must be that of the revision, in this history or in a later one. */
	private void compare(long atRevision) {
		this.steps++;
		int candidate = this.epoch;
		while (candidate <= this.store.epoch() && !fits(candidate, atRevision)) {
			candidate++;
		}
		if (candidate > this.store.epoch() && this.store.isHidden()) {
			return;
		}
		Promise.check(candidate <= this.store.epoch(),
				() -> "the feed of '" + this.range + "' never was " + this.entries + " at revision " + atRevision);
		this.epoch = candidate;
		this.revision = atRevision;
	}

	private boolean fits(int candidate, long atRevision) {
		if (candidate == this.epoch && atRevision < this.revision) {
			return false;
		}
		ModelStore.Epoch history = this.store.epoch(candidate);
		return atRevision <= history.lastRevision() && sameAll(history.stateAt(this.range, atRevision));
	}

	private boolean sameAll(NavigableMap<Key, Entry> expected) {
		if (expected.size() != this.entries.size()) {
			return false;
		}
		Iterator<Entry> mine = this.entries.values().iterator();
		for (Entry entry : expected.values()) {
			Entry other = mine.next();
			if (!entry.key().equals(other.key()) || !same(entry, other)) {
				return false;
			}
		}
		return true;
	}

	private static boolean same(Entry one, Entry other) {
		if (one == null || other == null) {
			return one == other;
		}
		return one.modRevision() == other.modRevision() && Entry.isSame(one, other);
	}

	private void check(Runnable step) {
		try {
			step.run();
		}
		catch (Throwable ex) {
			if (this.failure == null) {
				this.failure = ex;
			}
		}
	}

	/** Nothing that was told was wrong. */
	void assertSound() {
		if (this.failure != null) {
			throw new AssertionError(this.failure.getMessage(), this.failure);
		}
	}

	/** What was told is what etcd has now. */
	public void assertConverged() {
		assertSound();
		String missing = missing();
		Promise.check(missing == null, () -> missing);
	}

	/**
	 * What is still to come until all is as it should be.
	 * @return what, {@code null} for nothing
	 */
	String missing() {
		NavigableMap<Key, Entry> expected = this.store.state(this.range);
		return (this.joined && sameAll(expected)) ? null
				: "the feed of '" + this.range + "' has " + this.entries + " instead of " + expected;
	}

	public KeyRange range() {
		return this.range;
	}

	public boolean isJoined() {
		return this.joined;
	}

	public long revision() {
		return this.revision;
	}

	public int steps() {
		return this.steps;
	}

	public NavigableMap<Key, Entry> entries() {
		return this.entries;
	}

	public List<EtcdWatchState> states() {
		return this.states;
	}

}

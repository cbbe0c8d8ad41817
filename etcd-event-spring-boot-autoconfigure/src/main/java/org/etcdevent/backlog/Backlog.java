package org.etcdevent.backlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

import org.etcdevent.backlog.Pending.Place;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.feed.Change;
import org.jspecify.annotations.Nullable;

/**
 * What one consumer has not handled yet: each key at most once, in the order in which it
 * became pending, with its net change. A key that went back to what the consumer handled
 * last has nothing to deliver, unless something else was attempted meanwhile.
 * <p>
 * A key that is not here was handled as the range has it now; that is what a change's
 * {@code before} means. Not thread-safe: the owner guards it with one lock.
 */
public final class Backlog {

	/** So many keys come and go without the map of them being rebuilt. */
	private static final int FEW = 1_000;

	/** What an earlier consumer handled; dropped when the backlog opens. */
	private HandledKeys before;

	/** All that is not handled, wherever it is. */
	private Map<Key, Pending> unhandled = new HashMap<>();

	/** How many keys that map had at the most: it keeps the room for as many. */
	private int most;

	/** Those that may be taken, in the order in which they got there. */
	private final ReadyQueue ready = new ReadyQueue();

	/** Those that wait for a retry, by when it is due. */
	private final PriorityQueue<Pending> retries = new PriorityQueue<>(
			Comparator.comparingLong((pending) -> pending.due));

	/** The keys whose newest value cannot be decoded. */
	private final Set<Key> parked = new HashSet<>();

	private boolean open;

	private long revision;

	/** How many keys of the initial state were not attempted yet. */
	private int awaited;

	private long coalesced;

	/**
	 * A backlog.
	 * @param before what the consumer has handled at an earlier time; never changed
	 */
	public Backlog(HandledKeys before) {
		this.before = before;
	}

	// Filled by the feed

	/**
	 * Takes in a part of the state that the consumer joins.
	 * @param slice the entries
	 */
	public void addSlice(List<Entry> slice) {
		for (Entry entry : slice) {
			Pending pending = this.unhandled.get(entry.key());
			if (pending == null) {
				join(entry);
			}
			else if (pending.newest.modRevision() < entry.modRevision()) {
				pending.newest = entry;
			}
		}
	}

	/**
	 * The state is complete: from now on it can be taken.
	 * @param atRevision the revision as of which it is
	 */
	public void open(long atRevision) {
		this.revision = atRevision;
		this.before.forEachKey((key) -> joinDeletion(key, atRevision));
		this.before = new HandledKeys();
		this.ready.forEach((pending) -> {
			if (pending.isSettled()) {
				this.ready.remove(pending);
				remove(pending);
			}
			else {
				pending.initial = true;
				pending.awaited = true;
			}
		});
		this.awaited = this.unhandled.size();
		this.open = true;
	}

	/**
	 * Takes in a step of the range.
	 * @param changes what changed
	 * @param toRevision the revision to which the step leads
	 */
	public void add(List<Change> changes, long toRevision) {
		for (Change change : changes) {
			if (this.open) {
				add(change);
			}
			else {
				joinChange(change.after());
			}
		}
		this.revision = toRevision;
	}

	private void join(Entry entry) {
		Pending pending = new Pending(entry.key(), this.before.entry(entry.key()), entry);
		pending.attempts = this.before.attempts(entry.key());
		addReady(pending);
	}

	private void joinChange(Entry after) {
		Pending pending = this.unhandled.get(after.key());
		if (pending != null) {
			pending.newest = after;
		}
		else {
			join(after);
		}
	}

	private void joinDeletion(Key key, long atRevision) {
		if (!this.unhandled.containsKey(key)) {
			join(new Entry(key, null, atRevision));
		}
	}

	private void add(Change change) {
		Entry after = change.after();
		Pending pending = this.unhandled.get(after.key());
		if (pending == null) {
			addNew(change);
			return;
		}
		replaceNewest(pending, after);
		switch (pending.place) {
			case READY -> {
				if (pending.isSettled()) {
					this.ready.remove(pending);
					settled(pending);
				}
			}
			case PARKED -> {
				this.parked.remove(pending.key());
				makeReadyUnlessSettled(pending);
			}
			default -> {
			}
		}
	}

	private void replaceNewest(Pending pending, Entry after) {
		if (pending.newest != pending.tried) {
			this.coalesced++;
		}
		pending.newest = after;
	}

	private void addNew(Change change) {
		if (change.none()) {
			this.coalesced++;
			return;
		}
		addReady(new Pending(change.after().key(), change.before(), change.after()));
	}

	private void addReady(Pending pending) {
		this.unhandled.put(pending.key(), pending);
		this.most = Math.max(this.most, this.unhandled.size());
		this.ready.add(pending);
	}

	private void remove(Pending pending) {
		this.unhandled.remove(pending.key());
		if (this.unhandled.isEmpty() && this.most > FEW) {
			this.unhandled = new HashMap<>();
			this.most = 0;
		}
	}

	// Emptied by the consumer

	/**
	 * Takes the first key that is ready.
	 * @param now the time on the loop's clock
	 * @return the key, in flight until it is answered; {@code null} if none is ready
	 */
	public @Nullable Pending poll(long now) {
		if (!this.open) {
			return null;
		}
		while (!this.retries.isEmpty() && this.retries.peek().due - now <= 0) {
			makeReady(this.retries.remove());
		}
		Pending first = this.ready.poll();
		if (first != null) {
			takeOff(first);
		}
		return first;
	}

	/**
	 * Takes everything there is, to the {@link #revision()}. A failure puts all of it
	 * off: as long as a retry is not due nothing is taken.
	 * @param now the time on the loop's clock
	 * @return the keys, in flight until they are answered; empty if none is ready
	 */
	public List<Pending> pollAll(long now) {
		if (!this.open || (!this.retries.isEmpty() && this.retries.peek().due - now > 0)) {
			return List.of();
		}
		List<Pending> all = new ArrayList<>(size());
		Pending next;
		while ((next = this.retries.poll()) != null) {
			takeOff(next);
			all.add(next);
		}
		while ((next = this.ready.poll()) != null) {
			takeOff(next);
			all.add(next);
		}
		return all;
	}

	/**
	 * When the next retry is due.
	 * @return the time on the loop's clock, {@link Long#MAX_VALUE} if there is none
	 */
	public long nextRetry() {
		Pending next = this.retries.peek();
		return (next != null) ? next.due : Long.MAX_VALUE;
	}

	/**
	 * A key was handled as it was taken, or is to be skipped.
	 * @param pending the key
	 */
	public void handled(Pending pending) {
		attempted(pending);
		pending.shown = pending.entry();
		pending.attempts = 0;
		pending.initial = false;
		makeReadyUnlessSettled(pending);
	}

	/**
	 * A key was attempted and not handled.
	 * @param pending the key
	 * @param due when to try again, on the loop's clock
	 */
	public void failed(Pending pending, long due) {
		attempted(pending);
		pending.place = Place.WAITING;
		pending.due = due;
		this.retries.add(pending);
	}

	/**
	 * A key was taken and not attempted: it is requeued as it was.
	 * @param pending the key
	 */
	public void release(Pending pending) {
		pending.attempts--;
		makeReadyUnlessSettled(pending);
	}

	/**
	 * What was taken cannot be decoded: the consumer never saw it, and what it saw before
	 * stands until the key changes again.
	 * @param pending the key
	 */
	public void undecodable(Pending pending) {
		attempted(pending);
		pending.attempts--;
		if (pending.newest != pending.tried) {
			makeReadyUnlessSettled(pending);
			return;
		}
		pending.place = Place.PARKED;
		this.parked.add(pending.key());
	}

	private void takeOff(Pending pending) {
		pending.place = Place.IN_FLIGHT;
		pending.tried = pending.newest;
		pending.attempts++;
	}

	private void makeReadyUnlessSettled(Pending pending) {
		if (pending.isSettled()) {
			settled(pending);
		}
		else {
			makeReady(pending);
		}
	}

	private void makeReady(Pending pending) {
		pending.place = Place.READY;
		this.ready.add(pending);
	}

	/** Nothing is left to attempt. */
	private void settled(Pending pending) {
		pending.place = Place.LEFT;
		remove(pending);
		attempted(pending);
	}

	private void attempted(Pending pending) {
		if (pending.awaited) {
			pending.awaited = false;
			this.awaited--;
		}
	}

	// Looked at

	public boolean isOpen() {
		return this.open;
	}

	/**
	 * Whether each key of the initial state was attempted.
	 * @return {@code true} once they were
	 */
	public boolean isSynced() {
		return this.open && this.awaited == 0;
	}

	/**
	 * The revision up to which the range's changes were applied.
	 * @return the revision
	 */
	public long revision() {
		return this.revision;
	}

	/**
	 * How many keys have changes that are not handled, those in flight included.
	 * @return the number of keys
	 */
	public int size() {
		return this.unhandled.size() - this.parked.size();
	}

	/**
	 * The keys whose newest value cannot be decoded.
	 * @return a view
	 */
	public Collection<Key> undecodable() {
		return this.parked;
	}

	/**
	 * How many changes were coalesced before the consumer saw them.
	 * @return the number
	 */
	public long coalesced() {
		return this.coalesced;
	}

	/**
	 * What the consumer has handled so far.
	 * @param range what the range has now; not changed any more
	 * @param result gets it
	 */
	public void handled(Map<Key, Entry> range, HandledKeys result) {
		if (this.open) {
			result.fill(range, this.unhandled.values());
		}
		else {
			result.fill(this.before);
		}
	}

}

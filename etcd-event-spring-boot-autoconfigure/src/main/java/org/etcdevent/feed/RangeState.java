package org.etcdevent.feed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a range: its keys, and the position, up to which all changes are
 * known. Moves in whole revisions only; a step that throws has not happened. Loop only.
 */
final class RangeState {

	/** Of one revision, in bytes: more than any transaction of etcd may have. */
	private static final long MAX_HELD = 64 << 20;

	/**
	 * In etcd's order, so that late joiners and syncs can walk it in slices.
	 */
	private TreeMap<Key, Entry> entries = new TreeMap<>();

	/** Whether others hold the entries, which are then copied before they change. */
	private boolean shared;

	/**
	 * The cluster and the revision that the entries are of; {@code null} until synced.
	 */
	private @Nullable Stamp position;

	/** What all values take together, in bytes. */
	private long bytes;

	/** What was written last, if it is still there; {@code null} if that is not known. */
	private @Nullable Entry newest;

	/** The same before the last step. */
	private @Nullable Entry newestBefore;

	/** Events of a revision whose last fragment has not come. */
	private List<Entry> held = List.of();

	/** The changes of the last step, as far as it came, until it is settled. */
	private List<Change> step = List.of();

	/** The position before that step, {@code null} if it is settled. */
	private @Nullable Stamp before;

	/** What all values took before it. */
	private long bytesBefore;

	/** Whether undoing it failed. */
	private boolean broken;

	boolean isKnown() {
		return this.position != null;
	}

	Stamp position() {
		if (this.position == null) {
			throw new IllegalStateException("The range was not read yet");
		}
		return this.position;
	}

	NavigableMap<Key, Entry> entries() {
		return this.entries;
	}

	/** The entries as they are now, for others to keep. */
	NavigableMap<Key, Entry> share() {
		this.shared = true;
		return Collections.unmodifiableNavigableMap(this.entries);
	}

	/**
	 * What was written last of all that is there.
	 * @param many in a range of more keys it is not looked for
	 * @return the entry, {@code null} if there is none or it is not known
	 */
	@Nullable Entry newest(int many) {
		if (this.newest == null && this.entries.size() <= many) {
			this.newest = newestOf(this.entries.values());
		}
		return this.newest;
	}

	private static @Nullable Entry newestOf(Collection<Entry> all) {
		return all.stream().max(Comparator.comparingLong(Entry::modRevision)).orElse(null);
	}

	/** Whether the range is known to have been written at the position itself. */
	boolean isWrittenAtPosition(int many) {
		Entry last = newest(many);
		return last != null && last.modRevision() == position().revision();
	}

	boolean hasHeld() {
		return !this.held.isEmpty();
	}

	/** Drops the beginning of a revision whose end will not come on this watch. */
	void dropHeld() {
		this.held = List.of();
	}

	/**
	 * How long a value is, on average.
	 * @return bytes, 0 where there is none
	 */
	long valueBytes() {
		return this.bytes / Math.max(1, this.entries.size());
	}

	void clear() {
		settle();
		replace(new TreeMap<>());
		this.newest = null;
		this.bytes = 0;
		this.held = List.of();
	}

	/**
	 * The initial state.
	 * @param stamp as of when it is
	 * @param fresh the entries in the order of their keys, no key twice
	 */
	void begin(Stamp stamp, List<Entry> fresh) {
		replace(new TreeMap<>(new SortedValues<>(fresh, Entry::key)));
		this.bytes = fresh.stream().mapToLong(RangeState::bytes).sum();
		this.newest = newestOf(fresh);
		this.position = stamp;
	}

	private void replace(TreeMap<Key, Entry> all) {
		this.entries = all;
		this.shared = false;
	}

	private void written(Entry entry) {
		Entry last = this.newest;
		if (!entry.isTombstone()) {
			this.newest = entry;
		}
		else if (last != null && last.key().equals(entry.key())) {
			this.newest = null;
		}
	}

	/** The outcome of a later reading, in one step. */
	void move(Stamp stamp, List<Change> changes) {
		begin(changes);
		try {
			changes.forEach((change) -> set(change.after()));
			count(changes);
			this.newest = null;
			this.position = stamp;
		}
		catch (RuntimeException | Error ex) {
			undo();
			throw ex;
		}
	}

	/** What failed half-way is undone first, if even that had failed. */
	private void begin(List<Change> changes) {
		if (this.before != null && this.broken) {
			undo();
		}
		own();
		this.step = changes;
		this.before = position();
		this.bytesBefore = this.bytes;
		this.newestBefore = this.newest;
	}

	/** Before the entries change. */
	private void own() {
		if (this.shared) {
			replace(new TreeMap<>(this.entries));
		}
	}

	private void set(Entry entry) {
		if (entry.isTombstone()) {
			this.entries.remove(entry.key());
		}
		else {
			this.entries.put(entry.key(), entry);
		}
	}

	/**
	 * Undoes the last step, unless it is settled: as if it had not happened. Where memory
	 * is short, this can throw as well, and is then completed before the next step.
	 */
	void undo() {
		Stamp known = this.before;
		if (known == null) {
			return;
		}
		this.broken = true;
		own();
		for (int last = this.step.size() - 1; last >= 0; last--) {
			Change change = this.step.get(last);
			Entry earlier = change.before();
			if (earlier == null) {
				this.entries.remove(change.after().key());
			}
			else {
				this.entries.put(earlier.key(), earlier);
			}
		}
		this.bytes = this.bytesBefore;
		this.newest = this.newestBefore;
		this.position = known;
		settle();
	}

	/** Everything that follows from the last step has been done. */
	void settle() {
		this.step = List.of();
		this.before = null;
		this.newestBefore = null;
		this.broken = false;
	}

	/** All changes up to the revision are known, as the server says. */
	void advance(Stamp stamp) {
		Stamp known = position();
		this.position = new Stamp(known.clusterId(), Math.max(known.revision(), stamp.revision()),
				Math.max(known.raftTerm(), stamp.raftTerm()));
	}

	/**
	 * Whether a read shows that the range is still as it is known: nothing was written to
	 * etcd since, or nothing in the range while it has as many keys as before. An equal
	 * number of keys alone says nothing of their values.
	 * @param page the count and, unless it was not asked for, the newest key
	 * @return {@code true} if so
	 */
	boolean isProvedBy(Page page) {
		Stamp known = position();
		if (hasHeld() || page.count() != this.entries.size() || page.stamp().isBefore(known)) {
			return false;
		}
		boolean unwritten = page.entries().stream().anyMatch((newest) -> newest.modRevision() <= known.revision());
		return unwritten || page.count() == 0 || page.stamp().revision() == known.revision();
	}

	/**
	 * Whether a read shows that the range is not what is known of it, or not any more.
	 * @param page the count and, unless it was not asked for, the newest key
	 * @return {@code true} if so
	 */
	boolean isDisprovedBy(Page page) {
		long known = position().revision();
		return page.count() != this.entries.size()
				|| page.entries().stream().anyMatch((newest) -> newest.modRevision() > known);
	}

	/**
	 * Takes events of the watch in. Those up to the position are known already, for a
	 * watch starts at the position.
	 * @param stamp the header that came with them
	 * @param events the events
	 * @param fragment whether the last revision goes on in the next call
	 * @return what changed, or {@code null} if an event at the position is not the one
	 * that is known, so that the cluster's history is another
	 */
	@Nullable List<Change> accept(Stamp stamp, List<Entry> events, boolean fragment) {
		List<Entry> whole = whole(events, fragment);
		List<Change> changes = new ArrayList<>(whole.size());
		begin(changes);
		try {
			if (apply(stamp, whole, changes)) {
				return changes;
			}
			undo();
			return null;
		}
		catch (RuntimeException | Error ex) {
			undo();
			throw ex;
		}
	}

	private boolean apply(Stamp stamp, List<Entry> whole, List<Change> changes) {
		long from = position().revision();
		for (Entry event : whole) {
			if (event.modRevision() > from) {
				this.entries.compute(event.key(), (key, known) -> step(changes, known, event));
			}
			else if (event.modRevision() == from && !isKnown(this.entries.get(event.key()), event)) {
				return false;
			}
		}
		count(changes);
		changes.forEach((change) -> written(change.after()));
		if (!whole.isEmpty()) {
			long last = whole.get(whole.size() - 1).modRevision();
			advance(new Stamp(stamp.clusterId(), last, stamp.raftTerm()));
		}
		return true;
	}

	private void count(List<Change> changes) {
		for (Change change : changes) {
			this.bytes += bytes(change.after()) - bytes(change.before());
		}
	}

	private static long bytes(@Nullable Entry entry) {
		byte[] value = (entry != null) ? entry.value() : null;
		return (value != null) ? value.length : 0;
	}

	/** What the range has at a key after an event, {@code null} for nothing. */
	private static @Nullable Entry step(List<Change> changes, @Nullable Entry before, Entry event) {
		if (before != null && before.modRevision() >= event.modRevision()) {
			return before;
		}
		Entry after = (before != null) ? event.withKey(before.key()) : event;
		if (before != null || !after.isTombstone()) {
			changes.add(new Change(before, after));
		}
		return after.isTombstone() ? null : after;
	}

	private static boolean isKnown(@Nullable Entry known, Entry event) {
		if (known == null || event.isTombstone()) {
			return known == null && event.isTombstone();
		}
		return known.modRevision() == event.modRevision() && Entry.isSame(known, event);
	}

	/**
	 * Joins fragments: a revision is whole once an event of a later one, or the end,
	 * came.
	 */
	private List<Entry> whole(List<Entry> events, boolean fragment) {
		List<Entry> all = events;
		if (!this.held.isEmpty()) {
			all = new ArrayList<>(this.held);
			all.addAll(events);
			this.held = List.of();
		}
		if (!fragment || all.isEmpty()) {
			return all;
		}
		int end = all.size() - 1;
		long last = all.get(end).modRevision();
		while (end > 0 && all.get(end - 1).modRevision() == last) {
			end--;
		}
		this.held = new ArrayList<>(all.subList(end, all.size()));
		if (this.held.stream().mapToLong(RangeState::bytes).sum() > MAX_HELD) {
			dropHeld();
			throw new IllegalStateException("Revision " + last + " does not end");
		}
		return all.subList(0, end);
	}

}

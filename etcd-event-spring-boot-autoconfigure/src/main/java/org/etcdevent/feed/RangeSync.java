package org.etcdevent.feed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Backoff;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a range as of one revision, and what it says beside what is known. The
 * first sync of a range and each later one are this. It goes on through every failure
 * until it is done or canceled. Loop only.
 * <p>
 * Where nothing speaks against the known revisions, keys are read without values and only
 * the values of those that differ are fetched. Where the cluster may be another one, or
 * its history another, everything is read and compared by content.
 */
final class RangeSync {

	private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	private static final long MAX_TIMEOUT = TimeUnit.SECONDS.toNanos(60);

	/**
	 * From the third time on that compaction overtakes the pages, one request reads all.
	 */
	private static final int OVERTAKEN_AT_LAST = 2;

	/** So often a reading starts over because the connection was lost. */
	private static final int LOSSES = 3;

	/** So many values are cheaper fetched by key than with their pages, in any case. */
	private static final int FEW = 1_000;

	/** Above this share of the known keys, pages are cheaper than keys. */
	private static final int MUCH = 4;

	private final KeyRange range;

	private final Loop loop;

	private final EtcdTransport transport;

	private final FeedSettings settings;

	private final Backoff backoff;

	private final Owner owner;

	/** Not changed by anyone while this sync runs. */
	private final NavigableMap<Key, Entry> known;

	/** What was known of the cluster before, {@code null} at the first sync. */
	private final @Nullable Stamp before;

	private final List<Change> changes = new ArrayList<>();

	/** Keys whose values are still to be fetched, as they were listed. */
	private final List<Entry> differing = new ArrayList<>();

	/** Everything, at the first sync, in the order of keys. */
	private List<Entry> fresh = new ArrayList<>();

	private Detail detail;

	private boolean newEpoch;

	/** The stamp of the first page, whose revision all others are read at. */
	private @Nullable Stamp stamp;

	/** When that page was asked for. */
	private long stampedNanos;

	/** When the last page was asked for. */
	private long sentNanos;

	private byte[] nextStart;

	/** The last key that was compared. */
	private @Nullable Key cursor;

	private long limit;

	private int overtaken;

	private int timeouts;

	/** When it began, or started over. */
	private long startedNanos;

	/** How often it has started over because the etcd may be another one. */
	private int losses;

	/** The read or the wait that is under way. */
	private Loop.@Nullable Timer pending;

	RangeSync(KeyRange range, Loop loop, EtcdTransport transport, FeedSettings settings, Backoff backoff, Owner owner,
			NavigableMap<Key, Entry> known, @Nullable Stamp before, boolean byContent) {
		this.range = range;
		this.loop = loop;
		this.transport = transport;
		this.settings = settings;
		this.backoff = backoff;
		this.owner = owner;
		this.known = known;
		this.before = before;
		this.newEpoch = byContent;
		this.detail = (before == null || byContent || range.isSingleKey()) ? Detail.ALL : Detail.KEYS;
		this.nextStart = range.start();
		this.limit = settings.pageKeys();
	}

	void start() {
		restart();
	}

	void cancel() {
		if (this.pending != null) {
			this.pending.cancel();
			this.pending = null;
		}
	}

	/**
	 * When the page was asked for whose revision the range is read at: what was written
	 * before is in it.
	 * @return the time on the loop's clock
	 */
	long stampedNanos() {
		return this.stampedNanos;
	}

	/**
	 * The connection was lost, and what is read from now on may be of another history:
	 * revisions say nothing any more, nor does what was read so far. Where that happens
	 * again and again, it goes on all the same, for it has to end.
	 */
	void onLoss() {
		this.newEpoch = true;
		if (this.stamp != null && this.losses++ < LOSSES) {
			this.detail = Detail.ALL;
			cancel();
			restart();
		}
	}

	/** Whether everything is read and compared by content. */
	boolean isByContent() {
		return this.newEpoch;
	}

	/** When it began, or started over. */
	long startedNanos() {
		return this.startedNanos;
	}

	private void restart() {
		this.startedNanos = this.loop.nanoTime();
		if (this.newEpoch) {
			this.detail = Detail.ALL;
		}
		this.stamp = null;
		rewind();
	}

	/** From the first key again, at the revision that was chosen if there is one. */
	private void rewind() {
		this.nextStart = this.range.start();
		this.cursor = null;
		this.changes.clear();
		this.differing.clear();
		this.fresh = new ArrayList<>();
		readPage();
	}

	private void readPage() {
		long revision = (this.stamp != null) ? this.stamp.revision() : 0;
		this.sentNanos = this.loop.nanoTime();
		RangeRead read = new RangeRead(this.nextStart, this.range.end(), revision, this.limit, this.detail, timeout());
		this.pending = this.transport.read(read, new Answer(this::onPage, this::readPage));
	}

	private void onPage(Page page) {
		this.timeouts = 0;
		if (!accepts(page.stamp())) {
			restart();
			return;
		}
		List<Entry> entries = page.entries();
		if (!isPossible(this.range, this.nextStart, page)) {
			onFailure(new Failure(Failure.Kind.OTHER, "etcd sent a page that the range cannot have"), this::restart);
			return;
		}
		boolean more = page.more();
		if (more) {
			steer(page);
			byte[] last = entries.get(entries.size() - 1).key().bytes();
			this.nextStart = Arrays.copyOf(last, last.length + 1);
			readPage();
		}
		compare(entries, more);
		if (!more) {
			complete();
		}
	}

	/**
	 * Keys of the range, in order, after those of the page before, and some if more
	 * follow.
	 */
	static boolean isPossible(KeyRange range, byte[] start, Page page) {
		Key last = null;
		for (Entry entry : page.entries()) {
			boolean follows = (last != null) ? last.compareTo(entry.key()) < 0
					: new Key(start).compareTo(entry.key()) <= 0;
			if (!follows) {
				return false;
			}
			last = entry.key();
		}
		return (last != null) ? range.contains(last.bytes()) : !page.more();
	}

	/**
	 * Chooses the revision by the first page, and sees whether the others belong to it.
	 */
	private boolean accepts(Stamp answer) {
		if (this.stamp != null) {
			return !answer.isBefore(this.stamp);
		}
		if (this.before != null && !this.newEpoch && answer.isBefore(this.before)) {
			this.newEpoch = true;
			if (this.detail != Detail.ALL) {
				this.detail = Detail.ALL;
				return false;
			}
		}
		this.stamp = answer;
		this.stampedNanos = this.sentNanos;
		return true;
	}

	private void steer(Page page) {
		if (this.limit > 0 && page.bytes() > 0) {
			long aim = this.limit * this.settings.pageBytes() / page.bytes();
			this.limit = Math.max(1 + this.limit / 4, Math.min(aim, this.limit * 4));
		}
	}

	private void compare(List<Entry> page, boolean more) {
		if (this.before == null) {
			this.fresh.addAll(page);
			return;
		}
		Key upTo = more ? page.get(page.size() - 1).key() : null;
		Iterator<Entry> old = knownBetween(this.cursor, upTo).values().iterator();
		Entry candidate = next(old);
		for (Entry entry : page) {
			while (candidate != null && candidate.key().compareTo(entry.key()) < 0) {
				gone(candidate);
				candidate = next(old);
			}
			boolean same = candidate != null && candidate.key().equals(entry.key());
			compare(same ? candidate : null, entry);
			candidate = same ? next(old) : candidate;
		}
		while (candidate != null) {
			gone(candidate);
			candidate = next(old);
		}
		this.cursor = upTo;
	}

	private void compare(@Nullable Entry old, Entry entry) {
		boolean sameRevision = old != null && old.modRevision() == entry.modRevision();
		if (this.detail == Detail.KEYS) {
			if (!sameRevision) {
				this.differing.add(entry);
			}
		}
		else if (!sameRevision || (this.newEpoch && !Entry.isSame(old, entry))) {
			this.changes.add(new Change(old, entry));
		}
	}

	private void gone(Entry old) {
		this.changes.add(new Change(old, new Entry(old.key(), null, stamp().revision())));
	}

	private NavigableMap<Key, Entry> knownBetween(@Nullable Key after, @Nullable Key upTo) {
		NavigableMap<Key, Entry> part = (after != null) ? this.known.tailMap(after, false) : this.known;
		return (upTo != null) ? part.headMap(upTo, true) : part;
	}

	private void complete() {
		if (this.differing.isEmpty()) {
			finish();
		}
		else if (this.differing.size() > FEW && this.differing.size() > this.known.size() / MUCH) {
			this.detail = Detail.ALL;
			rewind();
		}
		else {
			fetch();
		}
	}

	private void fetch() {
		List<Key> keys = this.differing.stream().map(Entry::key).toList();
		this.pending = this.transport.readKeys(keys, stamp().revision(), timeout(),
				new Answer(this::onFetched, this::fetch));
	}

	private void onFetched(Page page) {
		if (!accepts(page.stamp())) {
			restart();
			return;
		}
		if (!isAsListed(page.entries())) {
			// Another history has the revision, too: etcd was set back between the reads.
			this.newEpoch = true;
			this.detail = Detail.ALL;
			restart();
			return;
		}
		page.entries().forEach((entry) -> this.changes.add(new Change(this.known.get(entry.key()), entry)));
		finish();
	}

	private boolean isAsListed(List<Entry> fetched) {
		Map<Key, Long> revisions = new HashMap<>();
		fetched.forEach((entry) -> revisions.put(entry.key(), entry.modRevision()));
		return this.differing.stream()
			.allMatch((listed) -> revisions.getOrDefault(listed.key(), 0L) == listed.modRevision());
	}

	private void finish() {
		this.pending = null;
		this.backoff.reset();
		this.owner.onSynced(stamp(), this.fresh, this.changes);
	}

	private void onFailure(Failure reason, Runnable again) {
		long delay = this.backoff.next(reason.kind());
		this.owner.onSyncFailure(reason);
		switch (reason.kind()) {
			case COMPACTED -> {
				this.overtaken++;
				this.limit = (this.overtaken > OVERTAKEN_AT_LAST) ? 0 : this.limit * 10;
				this.pending = this.loop.schedule(delay, this::restart);
			}
			case OTHER -> {
				// A server may allow transactions of fewer keys than are fetched by key.
				this.detail = this.differing.isEmpty() ? this.detail : Detail.ALL;
				this.pending = this.loop.schedule(delay, this::restart);
			}
			case TIMEOUT -> {
				this.timeouts++;
				this.pending = this.loop.schedule(delay, again);
			}
			default -> this.pending = this.loop.schedule(delay, again);
		}
	}

	private long timeout() {
		long patience = (this.limit == 0) ? MAX_TIMEOUT : TIMEOUT;
		return Math.min(MAX_TIMEOUT, patience << Math.min(this.timeouts, 4));
	}

	private Stamp stamp() {
		if (this.stamp == null) {
			throw new IllegalStateException("No page was read yet");
		}
		return this.stamp;
	}

	private static @Nullable Entry next(Iterator<Entry> entries) {
		return entries.hasNext() ? entries.next() : null;
	}

	/**
	 * Whom the sync works for.
	 */
	interface Owner {

		/**
		 * The range was read; the last call.
		 * @param stamp the cluster and the revision as of which it was read
		 * @param fresh everything in the order of keys, at the first sync; otherwise
		 * empty
		 * @param changes what differs from what is known, at later ones
		 */
		void onSynced(Stamp stamp, List<Entry> fresh, List<Change> changes);

		/**
		 * An attempt failed; the next one follows by itself.
		 * @param reason why
		 */
		void onSyncFailure(Failure reason);

	}

	private final class Answer implements ReadListener {

		private final Consumer<Page> next;

		private final Runnable again;

		Answer(Consumer<Page> next, Runnable again) {
			this.next = next;
			this.again = again;
		}

		@Override
		public void onPage(Page page) {
			this.next.accept(page);
		}

		@Override
		public void onFailure(Failure reason) {
			RangeSync.this.onFailure(reason, this.again);
		}

	}

}

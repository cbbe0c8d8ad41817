package org.etcdevent.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.feed.Entry;
import org.etcdevent.feed.EtcdTransport;
import org.etcdevent.feed.Failure;
import org.etcdevent.feed.Failure.Kind;
import org.etcdevent.feed.Key;
import org.etcdevent.feed.Loop;

/**
 * Etcd in memory, as a feed sees it, with every fault that facts about real servers have
 * taught. What the network does is drawn from a seed; nothing is by chance.
 */
public final class ModelEtcd implements EtcdTransport {

	private final VirtualLoop loop;

	private final RandomGenerator random;

	private final ModelStore store = new ModelStore();

	private final List<ModelStream> streams = new ArrayList<>();

	private final List<RangeRead> reads = new ArrayList<>();

	private long maxLatency = TimeUnit.MILLISECONDS.toNanos(2);

	private boolean reachable = true;

	/** Whether who cannot reach etcd hears nothing, instead of a refusal. */
	private boolean swallowing;

	private boolean fragments;

	private boolean answersProgress = true;

	private boolean ordered = true;

	private boolean losesDeletionsAtCompaction;

	private long lag;

	private int created;

	private long lastHeard;

	private Function<KeyRange, Failure> refusal = (range) -> null;

	private Function<RangeRead, Failure> readFailure = (read) -> null;

	/**
	 * Etcd without faults.
	 * @param loop where everything happens
	 * @param random what decides
	 */
	public ModelEtcd(VirtualLoop loop, RandomGenerator random) {
		this.loop = loop;
		this.random = random;
	}

	// What clients do

	@Override
	public WatchStream open(WatchListener listener) {
		ModelStream stream = new ModelStream(this, this.loop, listener);
		this.streams.add(stream);
		if (this.lag > 0) {
			stream.lagAt(Math.max(1, this.store.revision() - this.lag));
		}
		if (this.reachable) {
			this.loop.schedule(2 * latency(), stream::connected);
		}
		else if (!this.swallowing) {
			this.loop.schedule(latency(), () -> stream.refused(new Failure(Kind.UNAVAILABLE, "connection refused")));
		}
		return stream;
	}

	@Override
	public Loop.Timer read(RangeRead read, ReadListener listener) {
		this.reads.add(read);
		return new Asked(read.timeoutNanos(), listener).send(() -> serve(read));
	}

	@Override
	public Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		return new Asked(timeoutNanos, listener).send(() -> {
			requireRevision(revision);
			List<Entry> found = new ArrayList<>();
			for (Key key : keys) {
				Entry entry = this.store.current().stateAt(revision).get(key);
				if (entry != null) {
					found.add(entry);
				}
			}
			return new Page(this.store.stamp(this.store.revision()), found, false, found.size(), 0);
		});
	}

	/**
	 * Writes in one transaction.
	 * @param writes the keys and their values, {@code null} to delete
	 * @return the revision
	 */
	public long commit(Map<String, byte[]> writes) {
		long revision = this.store.commit(writes);
		List.copyOf(this.streams).forEach(ModelStream::pump);
		return revision;
	}

	/**
	 * Writes a key.
	 * @param key the key
	 * @param value the value
	 * @return the revision
	 */
	public long put(String key, String value) {
		return commit(ModelStore.write(key, value));
	}

	/**
	 * Deletes a key.
	 * @param key the key
	 * @return the revision
	 */
	public long delete(String key) {
		return commit(ModelStore.write(key, null));
	}

	// What can be set

	public void latency(Duration max) {
		this.maxLatency = max.toNanos();
	}

	public void fragments(boolean set) {
		this.fragments = set;
	}

	/**
	 * Whether requests for progress are answered; a proxy may not know them.
	 * @param set whether
	 */
	public void answersProgress(boolean set) {
		this.answersProgress = set;
	}

	/**
	 * Whether progress that was asked for comes after the events it speaks of.
	 * @param set {@code false} for an old server
	 */
	public void ordered(boolean set) {
		this.ordered = set;
	}

	/**
	 * As some old servers do, loses a deletion on the way to a new watch that starts at
	 * its revision, if that is the one that was compacted.
	 */
	public void losesDeletionsAtCompaction() {
		this.losesDeletionsAtCompaction = true;
	}

	/**
	 * What refuses watches.
	 * @param decision the reason, or {@code null} for none
	 */
	public void refuseWatches(Function<KeyRange, Failure> decision) {
		this.refusal = decision;
	}

	/**
	 * What refuses reads.
	 * @param decision the reason, or {@code null} for none
	 */
	public void failReads(Function<RangeRead, Failure> decision) {
		this.readFailure = decision;
	}

	/**
	 * How far the members behind new streams lag.
	 * @param revisions how many revisions; 0 lets all catch up
	 */
	public void lag(long revisions) {
		this.lag = revisions;
		if (revisions == 0) {
			this.streams.forEach((stream) -> stream.lagAt(Long.MAX_VALUE));
			List.copyOf(this.streams).forEach(ModelStream::pump);
		}
	}

	// What can go wrong

	/**
	 * Whether connections can be made. Those that are there stay.
	 * @param to whether
	 * @param silently whether who tries hears nothing, instead of a refusal
	 */
	public void reachable(boolean to, boolean silently) {
		this.reachable = to;
		this.swallowing = silently;
	}

	/**
	 * Ends all streams.
	 * @param reason what they are told
	 * @param afterwards whether after what was sent
	 */
	public void cut(Failure reason, boolean afterwards) {
		List.copyOf(this.streams).forEach((stream) -> stream.end(reason, afterwards));
	}

	/** Leaves the open streams without an end and without a word. */
	public void silence() {
		this.streams.forEach(ModelStream::goSilent);
	}

	public void compact(long revision) {
		this.store.compact(revision);
	}

	public void compact() {
		this.store.compact(this.store.revision());
	}

	public void restart() {
		cut(new Failure(Kind.UNAVAILABLE, "shutting down"), false);
		this.store.elect();
	}

	/**
	 * Puts a backup in the cluster's place.
	 * @param toRevision the revision of the backup
	 * @param asOtherCluster whether under another cluster id
	 */
	public void restore(long toRevision, boolean asOtherCluster) {
		cut(new Failure(Kind.UNAVAILABLE, "shutting down"), false);
		this.store.restore(toRevision, asOtherCluster);
	}

	/**
	 * Cancels a watch.
	 * @param reason what it is told
	 */
	public void cancelWatch(Failure reason) {
		this.streams.forEach((stream) -> stream.cancelOne(reason));
	}

	/**
	 * Lets a watch fall behind.
	 * @param time for how long
	 */
	public void delayWatch(Duration time) {
		this.streams.forEach((stream) -> stream.delayOne(time.toNanos()));
	}

	/** Tells each watch that has nothing outstanding how far it is. */
	public void tellProgress() {
		this.streams.forEach(ModelStream::tellProgress);
	}

	// What can be looked at

	public ModelStore store() {
		return this.store;
	}

	public int streams() {
		return this.streams.size();
	}

	public int watches() {
		return this.streams.stream().mapToInt(ModelStream::watches).sum();
	}

	/**
	 * How many watches were ever asked for.
	 * @return the number
	 */
	public int created() {
		return this.created;
	}

	/**
	 * When anything last came on a stream.
	 * @return the time on the loop's clock
	 */
	public long lastHeard() {
		return this.lastHeard;
	}

	/**
	 * The reads that were asked for.
	 * @return a live list
	 */
	public List<RangeRead> reads() {
		return this.reads;
	}

	// For the streams

	void heard() {
		this.lastHeard = this.loop.nanoTime();
	}

	void gone(ModelStream stream) {
		this.streams.remove(stream);
	}

	Failure refusal(KeyRange range) {
		this.created++;
		return this.refusal.apply(range);
	}

	long latency() {
		return this.random.nextLong(this.maxLatency + 1);
	}

	long random(long bound) {
		return this.random.nextLong(bound);
	}

	boolean fragments() {
		return this.fragments;
	}

	boolean answersProgress() {
		return this.answersProgress;
	}

	boolean isOrdered() {
		return this.ordered;
	}

	boolean isLost(Entry event) {
		return this.losesDeletionsAtCompaction && event.isTombstone() && event.modRevision() == this.store.compacted();
	}

	private Page serve(RangeRead read) {
		Failure failure = this.readFailure.apply(read);
		if (failure != null) {
			throw new Refused(failure);
		}
		long revision = (read.revision() > 0) ? read.revision() : this.store.revision();
		requireRevision(revision);
		KeyRange range = (read.end().length == 0) ? KeyRange.key(read.start())
				: KeyRange.between(read.start(), read.end());
		NavigableMap<Key, Entry> all = this.store.current().stateAt(range, revision);
		long limit = (read.limit() > 0) ? read.limit() : Long.MAX_VALUE;
		List<Entry> part = switch (read.detail()) {
			case ALL -> all.values().stream().limit(limit).toList();
			case KEYS -> all.values().stream().limit(limit).map(ModelEtcd::withoutValue).toList();
			case COUNT -> List.of();
		};
		boolean more = read.detail() != RangeRead.Detail.COUNT && part.size() < all.size();
		long bytes = part.stream().mapToLong((entry) -> entry.key().bytes().length + entry.value().length).sum();
		return new Page(this.store.stamp(this.store.revision()), part, more, all.size(), bytes);
	}

	private void requireRevision(long revision) {
		if (revision < this.store.compacted()) {
			throw new Refused(new Failure(Kind.COMPACTED, "compacted"));
		}
		if (revision > this.store.revision()) {
			throw new Refused(new Failure(Kind.OTHER, "future revision"));
		}
	}

	private static Entry withoutValue(Entry entry) {
		return new Entry(entry.key(), new byte[0], entry.modRevision());
	}

	/** A read under way. */
	private final class Asked {

		private final ReadListener listener;

		private final Loop.Timer timeout;

		private boolean done;

		Asked(long timeoutNanos, ReadListener listener) {
			this.listener = listener;
			this.timeout = ModelEtcd.this.loop.schedule(timeoutNanos,
					() -> answer((it) -> it.onFailure(new Failure(Kind.TIMEOUT, "no answer"))));
		}

		Loop.Timer send(Supplier<Page> server) {
			if (ModelEtcd.this.reachable) {
				ModelEtcd.this.loop.schedule(latency(), () -> serve(server));
			}
			else if (!ModelEtcd.this.swallowing) {
				fail(new Failure(Kind.UNAVAILABLE, "connection refused"));
			}
			return () -> {
				this.done = true;
				this.timeout.cancel();
			};
		}

		private void serve(Supplier<Page> server) {
			if (!ModelEtcd.this.reachable) {
				return;
			}
			try {
				Page page = server.get();
				ModelEtcd.this.loop.schedule(latency(), () -> answer((it) -> it.onPage(page)));
			}
			catch (Refused ex) {
				fail(ex.reason);
			}
		}

		private void fail(Failure reason) {
			ModelEtcd.this.loop.schedule(latency(), () -> answer((it) -> it.onFailure(reason)));
		}

		private void answer(Consumer<ReadListener> answer) {
			if (!this.done) {
				this.done = true;
				this.timeout.cancel();
				answer.accept(this.listener);
			}
		}

	}

	private static final class Refused extends RuntimeException {

		private final transient Failure reason;

		Refused(Failure reason) {
			super(reason.message());
			this.reason = reason;
		}

	}

}

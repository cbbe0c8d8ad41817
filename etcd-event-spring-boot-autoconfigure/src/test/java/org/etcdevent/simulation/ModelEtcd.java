package org.etcdevent.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;

/**
 * Etcd in memory, as a feed sees it, with every fault that facts about real servers have
 * taught. What the network does is drawn from a seed; nothing is by chance.
 */
public final class ModelEtcd implements EtcdTransport {

	private static final Failure UNKNOWN_USER = new Failure(Kind.UNAUTHENTICATED, "invalid user ID or password");

	/** So many connections in so little time are too many, whatever happens. */
	private static final int MANY = 60;

	private static final Duration OFTEN = Duration.ofSeconds(10);

	private final VirtualLoop loop;

	private final RandomGenerator random;

	private final Trace trace;

	private final Profile.Servers rates;

	private final ModelStore store = new ModelStore();

	private final List<ModelStream> streams = new ArrayList<>();

	/** When the streams of late were opened. */
	private final Deque<Long> openings = new ArrayDeque<>();

	private final List<RangeRead> reads = new ArrayList<>();

	private long maxLatency = TimeUnit.MILLISECONDS.toNanos(2);

	private boolean reachable = true;

	/** Whether who cannot reach etcd hears nothing, instead of a refusal. */
	private boolean swallowing;

	private boolean fragments;

	private boolean loginsRefused;

	private long loginDelay;

	private boolean deadAddresses;

	private long createDelay;

	private boolean impossiblePages;

	private boolean answersProgress = true;

	private boolean ordered = true;

	private boolean losesDeletionsAtCompaction;

	private boolean repeats;

	private boolean proxied;

	private boolean slow;

	private boolean answersStatus = true;

	private long progressDelay;

	private long lag;

	private int opened;

	private long lastHeard;

	private Function<KeyRange, Failure> refusal = (range) -> null;

	private Function<RangeRead, Failure> readFailure = (read) -> null;

	/**
	 * Etcd without faults.
	 * @param loop where everything happens
	 * @param random what decides
	 */
	public ModelEtcd(VirtualLoop loop, RandomGenerator random) {
		this(loop, random, new Trace(loop, false), Profile.USUAL.servers());
	}

	ModelEtcd(VirtualLoop loop, RandomGenerator random, Trace trace, Profile.Servers rates) {
		this.loop = loop;
		this.random = random;
		this.trace = trace;
		this.rates = rates;
	}

	// What clients do

	@Override
	public WatchStream open(WatchListener listener) {
		this.opened++;
		this.openings.add(this.loop.nanoTime());
		while (this.loop.nanoTime() - this.openings.peek() > OFTEN.toNanos()) {
			this.openings.remove();
		}
		Promise.check(this.openings.size() <= MANY, () -> "more than " + MANY + " connections in " + OFTEN);
		ModelStream stream = new ModelStream(this, this.loop, listener);
		this.streams.add(stream);
		if (this.lag > 0) {
			stream.lagAt(Math.max(1, this.store.revision() - this.lag));
		}
		if (this.deadAddresses && this.random.nextBoolean()) {
			return stream;
		}
		if (this.reachable && this.loginsRefused) {
			this.loop.schedule(2 * latency(), () -> stream.refused(UNKNOWN_USER));
		}
		else if (this.reachable) {
			this.loop.schedule(2 * latency() + this.loginDelay, stream::connected);
		}
		else if (!this.swallowing) {
			this.loop.schedule(latency(), () -> stream.refused(new Failure(Kind.UNAVAILABLE, "connection refused")));
		}
		return stream;
	}

	@Override
	public Loop.Timer read(RangeRead read, ReadListener listener) {
		this.reads.add(read);
		return new ModelRead(this, this.loop, listener).send(read);
	}

	@Override
	public Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		return new ModelRead(this, this.loop, listener).send(keys, revision, timeoutNanos);
	}

	/**
	 * Writes in one transaction.
	 * @param writes the keys and their values, {@code null} to delete
	 */
	public long commit(Map<String, byte[]> writes) {
		Map<Key, byte[]> byKey = new LinkedHashMap<>();
		writes.forEach((name, value) -> byKey.put(ModelStore.key(name), value));
		return commitKeys(byKey);
	}

	long commitKeys(Map<Key, byte[]> writes) {
		long revision = this.store.commit(writes);
		List.copyOf(this.streams).forEach(ModelStream::pump);
		return revision;
	}

	/** Writes a key. */
	public long put(String key, String value) {
		return commitKeys(ModelStore.write(key, value));
	}

	/** Deletes a key, and loses the event, as a bug would. */
	public void deleteUntold(String key) {
		this.store.commit(ModelStore.write(key, null));
		this.streams.forEach(ModelStream::skip);
	}

	/** Deletes a key. */
	public long delete(String key) {
		return commitKeys(ModelStore.write(key, null));
	}

	// What can be set

	public void latency(Duration max) {
		this.maxLatency = max.toNanos();
	}

	public void fragments(boolean set) {
		this.fragments = set;
	}

	/** Whether logins are refused. */
	void loginsRefused(boolean set) {
		this.loginsRefused = set;
	}

	/** How long a login takes. */
	void loginDelay(Duration time) {
		this.loginDelay = time.toNanos();
	}

	/** Whether every other connection leads to nobody. */
	void deadAddresses(boolean set) {
		this.deadAddresses = set;
	}

	/** How long it takes to create a watch. */
	void createDelay(Duration time) {
		this.createDelay = time.toNanos();
	}

	/** Whether pages come that no range can have. */
	void impossiblePages(boolean set) {
		this.impossiblePages = set;
	}

	/** Whether requests for progress are answered; a proxy may not know them. */
	public void answersProgress(boolean set) {
		this.answersProgress = set;
	}

	/** Whether progress that is asked for comes in order, as old servers send it not. */
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

	/** Whether there is a grpc-proxy in between. */
	void proxied(boolean set) {
		this.proxied = set;
	}

	/** Whether members say where their raft log is. */
	void answersStatus(boolean set) {
		this.answersStatus = set;
	}

	boolean answersStatus() {
		return this.answersStatus;
	}

	/** Whether it always takes its time to create a watch. */
	void slow(boolean set) {
		this.slow = set;
	}

	/** Whether events come twice now and then, as old servers send them. */
	void repeats(boolean set) {
		this.repeats = set;
	}

	/** How long progress that is asked for may take, while events go on. */
	void progressDelay(Duration max) {
		this.progressDelay = max.toNanos();
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

	/** Lets the members behind the open streams stay where they are, for good. */
	void leaveBehind() {
		this.streams.forEach(ModelStream::leaveBehind);
	}

	/** Ends the streams between the fragments of what they are sent next. */
	void cutInFragments(Failure reason) {
		this.streams.forEach((stream) -> stream.cutInFragments(reason));
	}

	/** The open streams' token is not valid any more: they can open no watch. */
	void expireTokens() {
		this.streams.forEach(ModelStream::expireToken);
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
	 * Puts a backup in the cluster's place. A proxy may well keep its streams.
	 * @param toRevision the revision of the backup
	 * @param asOtherCluster whether under another cluster id
	 */
	public void restore(long toRevision, boolean asOtherCluster) {
		if (!this.proxied || this.rates.losesStreams().happens(this.random)) {
			cut(new Failure(Kind.UNAVAILABLE, "shutting down"), false);
		}
		this.store.restore(toRevision, asOtherCluster);
	}

	/** As {@link #restore}, but neither cluster nor term tell of it. */
	void restoreStealthily(long toRevision) {
		cut(new Failure(Kind.UNAVAILABLE, "shutting down"), false);
		this.store.restoreStealthily(toRevision);
	}

	/**
	 * As {@link #restore}, but clients have to find that out, which they cannot while a
	 * proxy keeps their streams.
	 */
	void restoreHidden(long toRevision, boolean byRecipe) {
		cut(new Failure(Kind.UNAVAILABLE, "shutting down"), false);
		this.store.restoreHidden(toRevision, byRecipe);
	}

	/** Cancels a watch. */
	public void cancelWatch(Failure reason) {
		this.streams.forEach((stream) -> stream.cancelOne(reason));
	}

	/** Lets a watch fall behind. */
	public void delayWatch(Duration time) {
		this.streams.forEach((stream) -> stream.delayOne(time.toNanos()));
	}

	/** Sends one watch an event of a key that is not in its range. */
	void eventOutside() {
		this.streams.forEach(ModelStream::eventOutside);
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

	/** Whether somebody listens to a stream that is silent. */
	boolean isSilent() {
		return this.streams.stream().anyMatch(ModelStream::isSilent);
	}

	/** Whether somebody listens to a member that will not get what others have. */
	boolean isBehind() {
		return this.streams.stream().anyMatch(ModelStream::isBehind);
	}

	/**
	 * Whether somebody listens to a member that hangs, whether it lacks anything or not.
	 */
	boolean isHung() {
		return this.streams.stream().anyMatch(ModelStream::isHung);
	}

	/** How many streams were ever opened. */
	int opened() {
		return this.opened;
	}

	/** When etcd was last heard of. */
	public long lastHeard() {
		return this.lastHeard;
	}

	/** The reads that were asked for. */
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
		return this.refusal.apply(range);
	}

	long latency() {
		return this.random.nextLong(this.maxLatency + 1);
	}

	Profile.Servers rates() {
		return this.rates;
	}

	boolean happens(Chance chance) {
		return random(chance.outOf()) < chance.times();
	}

	long random(long bound) {
		return this.random.nextLong(bound);
	}

	boolean isReachable() {
		return this.reachable;
	}

	boolean isSwallowing() {
		return this.swallowing;
	}

	Failure readFailure(RangeRead read) {
		return this.loginsRefused ? UNKNOWN_USER : this.readFailure.apply(read);
	}

	long loginDelay() {
		return this.loginDelay;
	}

	long createDelay() {
		return Math.max(this.createDelay, this.slow ? this.rates.createDelay().toNanos() : 0);
	}

	boolean hasImpossiblePages() {
		return this.impossiblePages;
	}

	boolean fragments() {
		return this.fragments;
	}

	boolean answersProgress() {
		return this.answersProgress;
	}

	boolean isProxied() {
		return this.proxied;
	}

	boolean repeats() {
		return this.repeats && this.rates.repeats().happens(this.random);
	}

	long progressDelay() {
		return this.random.nextLong(this.progressDelay + 1);
	}

	Trace trace() {
		return this.trace;
	}

	boolean isOrdered() {
		return this.ordered;
	}

	boolean isLost(Entry event) {
		return this.losesDeletionsAtCompaction && event.isTombstone() && event.modRevision() == this.store.compacted();
	}

}

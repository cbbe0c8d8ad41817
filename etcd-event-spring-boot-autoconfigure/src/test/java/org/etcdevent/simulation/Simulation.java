package org.etcdevent.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.etcd.Failure;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;

/**
 * One run: writers, consumers and faults, drawn from a seed, then a calm in which
 * everything has to come right.
 */
final class Simulation implements Surroundings {

	private static final Duration LIVENESS = Duration.ofSeconds(5);

	private static final Duration AUDIT = Duration.ofSeconds(10);

	/** In the calm, all has to be right after this. */
	private static final Duration CONVERGENCE = Duration.ofSeconds(90);

	/** That etcd was set back may have to be found out. */
	private static final Duration NOTICED = Duration.ofSeconds(30);

	/** A proxy may lose a watch of a large range, and nothing but patience tells. */
	private static final Duration PROXIED_CONVERGENCE = CONVERGENCE.plus(LIVENESS.multipliedBy(20));

	/** A range is large above this. */
	private static final int MANY = 1_000;

	/** And it has to stay so, without a word to anyone. */
	private static final Duration QUIET = Duration.ofSeconds(12);

	private static final List<KeyRange> RANGES = List.of(KeyRange.all(), KeyRange.prefix("a/"), KeyRange.key("a/1"),
			KeyRange.between("a/3", "b/2"), KeyRange.key("b/3"), KeyRange.prefix("b/leased/"));

	private final Profile profile;

	private final SplittableRandom random;

	private final VirtualLoop loop = new VirtualLoop();

	private final Trace trace;

	private final ModelEtcd etcd;

	private final Writers writers;

	private final Faults faults;

	private final Feeds feeds;

	private final FeedValues values;

	private final List<Consumer> consumers = new ArrayList<>();

	private final List<Reader> readers = new ArrayList<>();

	private final List<Joined> mirrors = new ArrayList<>();

	private final Mishaps mishaps;

	private final Thrower thrower = new Thrower();

	private long acts;

	/** How many calls are under way in which much happens. */
	private int depth;

	/**
	 * A run.
	 * @param profile what it is like
	 * @param seed what everything is drawn from
	 * @param without the numbers of faults that are not to happen
	 * @param traced whether somebody will read the trace
	 */
	Simulation(Profile profile, long seed, Set<Integer> without, boolean traced) {
		this.profile = profile;
		this.mishaps = new Mishaps(this.loop, profile);
		this.random = new SplittableRandom(seed);
		this.trace = new Trace(this.loop, traced);
		Profile.Servers servers = profile.servers();
		this.etcd = new ModelEtcd(this.loop, this.random.split(), this.trace, servers);
		this.etcd.fragments(happens(servers.fragments()));
		this.etcd.ordered(!happens(servers.unordered()));
		if (happens(servers.losesDeletions())) {
			this.etcd.losesDeletionsAtCompaction();
		}
		this.etcd.proxied(happens(servers.proxied()));
		this.etcd.slow(happens(servers.slow()) && !this.etcd.isProxied());
		this.etcd.answersStatus(!happens(servers.silent()));
		Profile.Clients clients = profile.clients();
		boolean large = happens(clients.large());
		this.loop.delays(this.random.split(), clients.delayed(), large ? clients.largeDelay() : clients.delay());
		boolean stealthy = !large && happens(profile.faults().stealthy());
		Profile.Writes writes = profile.writes();
		this.writers = new Writers(this.etcd, this.loop, this.trace, writes,
				large ? writes.manyLeasedKeys() : writes.leasedKeys().draw(this.random));
		this.faults = new Faults(this.etcd, this.loop, this.writers, this.mishaps, this.thrower, this.trace,
				profile.faults(), this.random.split(), without, stealthy);
		boolean smallPages = !large && !stealthy && happens(clients.smallPages());
		FeedSettings settings = new FeedSettings(LIVENESS, smallPages ? clients.pageKeys().draw(this.random) : 10_000,
				large ? 8_000 : 64, (!stealthy && happens(clients.audited())) ? AUDIT : null);
		this.feeds = new Feeds(new ThrowingPort(this.etcd, this.thrower), this.loop, this.random.split(), settings);
		this.values = new FeedValues(this.feeds, (type) -> Consumer.DECODER, Duration.ZERO);
		for (int i = 0; i < clients.consumers(); i++) {
			this.consumers.add(consumer());
		}
		this.readers.add(reader());
	}

	private boolean happens(Chance chance) {
		return chance.happens(this.random);
	}

	private Consumer consumer() {
		KeyRange range = anyRange();
		RandomGenerator own = this.random.split();
		return happens(this.profile.clients().perKey()) ? new KeyConsumer(range, this, own)
				: new SnapshotConsumer(range, this, own);
	}

	private Reader reader() {
		return new Reader(anyRange(), this.etcd.store(), this.values, this.profile.calls(), this.random.split());
	}

	void run() {
		for (int left = this.profile.course().steps().draw(this.random); left > 0; left--) {
			step();
		}
		this.trace.add(() -> "from now on nothing goes wrong");
		this.faults.end();
		this.consumers.forEach(Consumer::start);
		converge();
		int deliveries = deliveries();
		int streams = this.etcd.opened();
		boolean hung = this.etcd.isHung();
		for (long end = this.loop.nanoTime() + QUIET.toNanos(); this.loop.nanoTime() < end;) {
			act(true);
			this.loop.runFor(Duration.ofMillis(400));
		}
		Promise.check(deliveries() == deliveries, () -> "what was handled is told again");
		Promise.check(hung || this.etcd.opened() == streams,
				() -> "a connection is replaced although nothing is wrong");
		Promise.check(this.etcd.watches() == ranges(),
				() -> this.etcd.watches() + " watches of " + ranges() + " ranges");
		String missing = missing();
		Promise.check(missing == null, () -> "does not stay right: " + missing);
		close();
	}

	private void step() {
		Profile.Course course = this.profile.course();
		int drawn = this.random.nextInt(100);
		if ((drawn -= course.writes()) < 0) {
			this.writers.write(this.random);
		}
		else if ((drawn -= course.faults()) < 0) {
			this.faults.next();
		}
		else if ((drawn -= course.joins()) < 0) {
			joinOrLeave();
		}
		else if (drawn < course.disturbances()) {
			disturb(this.random.nextInt(this.consumers.size()));
		}
		act(false);
		this.loop.runFor(Duration.ofMillis(this.random.nextInt((int) course.time().toMillis())));
	}

	private void disturb(int number) {
		Consumer consumer = this.consumers.get(number);
		Profile.Disturbances rates = this.profile.course().disturbs();
		int drawn = this.random.nextInt(rates.outOf());
		if ((drawn -= rates.replaced()) < 0) {
			consumer.close();
			this.consumers.set(number, consumer());
		}
		else if ((drawn -= rates.readerReplaced()) < 0) {
			this.readers.remove(0).close();
			this.readers.add(reader());
		}
		else if (drawn < rates.paused()) {
			consumer.pause();
		}
		else if (consumer.subscription() != null && happens(rates.stops())) {
			consumer.stop();
		}
		else {
			consumer.start();
		}
	}

	@Override
	public void meanwhile(int steps) {
		if (this.depth < this.profile.course().depth()) {
			this.depth++;
			for (int i = 0; i < steps; i++) {
				step();
			}
			this.depth--;
		}
	}

	@Override
	public void enter(Consumer consumer) {
		Profile.Disturbances rates = this.profile.course().disturbs();
		int own = this.consumers.indexOf(consumer);
		int number = (own >= 0 && happens(rates.itself())) ? own : this.random.nextInt(this.consumers.size());
		disturb(number);
		if (happens(rates.startsAgain())) {
			this.consumers.get(number).start();
		}
		if (happens(rates.pausesAgain())) {
			this.consumers.get(number).pause();
		}
	}

	@Override
	public Profile profile() {
		return this.profile;
	}

	@Override
	public VirtualLoop loop() {
		return this.loop;
	}

	@Override
	public ModelStore store() {
		return this.etcd.store();
	}

	@Override
	public FeedValues values() {
		return this.values;
	}

	@Override
	public Mishaps mishaps() {
		return this.mishaps;
	}

	private void act(boolean reliably) {
		for (int i = 0; i < this.consumers.size(); i++) {
			Consumer consumer = this.consumers.get(i);
			this.acts++;
			consumer.act(reliably);
			if (consumer.subscription() != null) {
				consumer.assertBounded(this.writers.keys());
				WatchStatus status = consumer.subscription().status();
				assertFresh(consumer.range(), status.state(), status.revision(), status.age());
				Promise.check(status.resyncs().getOrDefault("epoch", 0L) <= 2 * this.etcd.store().epoch(),
						() -> "etcd was set back " + this.etcd.store().epoch() + " times, but " + status);
				// It may be the first to notice that etcd was set back.
				Promise.check(this.etcd.store().wasHidden() || !status.resyncs().containsKey("audit"),
						() -> "an audit finds what is not so");
			}
		}
		for (Reader reader : this.readers) {
			this.acts++;
			reader.act(reliably);
			assertFresh(reader.range(), reader.freshness().state(), reader.freshness().revision(),
					reader.freshness().age());
		}
		this.mirrors.forEach((joined) -> joined.mirror().assertSound());
	}

	/**
	 * Who says that it is live has heard of etcd within the liveness timeout; and what is
	 * said to be confirmed at a time has all that was written before it.
	 */
	private void assertFresh(KeyRange range, EtcdWatchState state, long revision, Duration age) {
		long now = this.loop.nanoTime();
		if (state == EtcdWatchState.LIVE) {
			Duration silence = Duration.ofNanos(now - this.etcd.lastHeard());
			Promise.check(silence.compareTo(LIVENESS) <= 0 && age.compareTo(LIVENESS) <= 0,
					() -> "'" + range + "' is live after a silence of " + silence + " at an age of " + age);
		}
		long confirmed = now - age.toNanos();
		if (revision > 0 && !this.etcd.store().isHidden()) {
			Promise.check(!this.writers.changed(range, revision, confirmed), () -> "'" + range
					+ "' is said to be confirmed " + age + " ago at " + revision + " although it had changed before");
		}
	}

	private void converge() {
		boolean large = this.etcd.store().state(KeyRange.all()).size() > MANY;
		Duration bound = (this.etcd.isProxied() && large) ? PROXIED_CONVERGENCE : CONVERGENCE;
		long end = this.loop.nanoTime() + bound.toNanos();
		// What a slow link carries is under way still, and a connection may be given up
		// for it.
		long settled = this.loop.nanoTime() + this.faults.onItsWay().toNanos()
				+ (this.etcd.store().isHidden() ? NOTICED.toNanos() : 0);
		String missing = "everything";
		while (this.loop.nanoTime() < settled || (missing != null && this.loop.nanoTime() < end)) {
			act(true);
			this.loop.runFor(Duration.ofMillis(200));
			missing = missing();
		}
		String left = missing;
		Promise.check(left == null, () -> "does not come right: " + left);
		this.etcd.store().reveal();
	}

	private String missing() {
		if (this.etcd.isSilent() || this.etcd.isBehind()) {
			return "a new connection";
		}
		if (this.etcd.watches() != ranges()) {
			// After failed reads it comes with their back-off.
			return "a watch of each range";
		}
		return Stream
			.of(this.consumers.stream().map(Consumer::missing), this.readers.stream().map(Reader::missing),
					this.mirrors.stream().map((joined) -> joined.mirror().missing()))
			.flatMap((all) -> all)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/** How many ranges are followed. */
	private long ranges() {
		return Stream
			.of(this.consumers.stream().map(Consumer::range), this.readers.stream().map(Reader::range),
					this.mirrors.stream().map((joined) -> joined.mirror().range()))
			.flatMap((all) -> all)
			.distinct()
			.count();
	}

	private int deliveries() {
		return this.consumers.stream().mapToInt(Consumer::deliveries).sum();
	}

	private void joinOrLeave() {
		if (this.mirrors.size() < 3 || this.random.nextBoolean()) {
			KeyRange range = anyRange();
			FeedMirror mirror = new FeedMirror(range, this.etcd.store());
			this.mirrors.add(new Joined(mirror, this.feeds.join(range, new ThrowingSubscriber(mirror, this.thrower))));
		}
		else {
			this.mirrors.remove(this.random.nextInt(this.mirrors.size())).membership().leave();
		}
	}

	private KeyRange anyRange() {
		return RANGES.get(this.random.nextInt(RANGES.size()));
	}

	/**
	 * Afterwards nothing is left, neither here nor at the server, of what was under way.
	 */
	private void close() {
		this.etcd.commit(Map.of("a/closing", new byte[0], "b/closing", new byte[0]));
		this.etcd.failReads((read) -> new Failure(Failure.Kind.UNAVAILABLE, "gone"));
		this.etcd.cut(new Failure(Failure.Kind.UNAVAILABLE, "gone"), false);
		this.etcd.commit(Map.of("a/closing", new byte[1], "b/closing", new byte[1]));
		this.etcd.compact();
		this.loop.runFor(Duration.ofSeconds(2));
		this.consumers.forEach(Consumer::close);
		this.readers.forEach(Reader::close);
		this.mirrors.forEach((joined) -> joined.membership().leave());
		this.loop.runFor(Duration.ofMinutes(2));
		Promise.check(this.etcd.streams() == 0, () -> this.etcd.streams() + " streams are left");
		Promise.check(this.loop.waiting() == 0, () -> this.loop.waiting() + " timers are left");
	}

	/**
	 * How many tasks of the loop ran, and how often a consumer was asked to do something.
	 */
	long steps() {
		return this.loop.steps() + this.acts;
	}

	/** How many faults were drawn. */
	int faults() {
		return this.faults.number();
	}

	List<Fault> struck() {
		return this.faults.struck();
	}

	@Override
	public Trace trace() {
		return this.trace;
	}

	private record Joined(FeedMirror mirror, Feeds.Membership membership) {
	}

}

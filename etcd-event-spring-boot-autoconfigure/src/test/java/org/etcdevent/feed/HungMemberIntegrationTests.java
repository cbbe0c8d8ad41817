package org.etcdevent.feed;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.etcd.jetcd.options.GetOption;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdFreshness;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdCluster;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.HungDisk;
import org.etcdevent.testsupport.TcpProxy;
import org.etcdevent.transport.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The disk of the member that a watch is connected to hangs: it answers requests for
 * signs of life, and knows nothing of what the others write. What is said to be live is
 * what a quorum had within the liveness timeout all the same.
 */
class HungMemberIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(3);

	/** What it takes to go on at another member once it is known that one has to. */
	private static final Duration CHANGE = Duration.ofSeconds(2);

	private static final int PUTS = 6;

	private final List<Sample> samples = new ArrayList<>();

	/** What a quorum had, each state of it at least once. */
	private final List<Reading> readings = new ArrayList<>();

	private EtcdCluster cluster;

	private FollowedEtcd etcd;

	private EtcdValue<String> value;

	/** Who asks the leader, whose disk does not hang. */
	private EtcdAdmin admin;

	@BeforeEach
	void start() {
		this.cluster = EtcdCluster.create(3);
	}

	@AfterEach
	void close() {
		if (this.admin != null) {
			this.admin.close();
		}
		this.value.close();
		this.etcd.close();
		this.cluster.close();
	}

	@Test
	void theRangeGoesOnAtAnotherMember() throws InterruptedException {
		followApart();
		int number = followed();
		if (this.cluster.leader() == this.cluster.member(number)) {
			this.cluster.moveLeader(this.cluster.member((number + 1) % 3));
		}
		assertGoesOnElsewhere(number, TIMEOUT.plus(CHANGE));
	}

	@Test
	void theRangeGoesOnAtAnotherMemberWhereReadsAreAtTheHungOneAsWell() throws InterruptedException {
		int number = follower();
		List<Integer> others = IntStream.range(0, 3).filter((other) -> other != number).boxed().toList();
		others.forEach((other) -> this.cluster.proxy(other).refuse());
		follow(this.cluster.proxied());
		others.forEach((other) -> this.cluster.proxy(other).open());
		assertThat(followed()).isEqualTo(number);
		assertGoesOnElsewhere(number, TIMEOUT.plus(CHANGE));
	}

	@Test
	void theRangeIsNotLiveUntilTheDiskWakesUpWhereThereIsNoOtherEndpoint() throws InterruptedException {
		int number = follower();
		follow(List.of(this.cluster.proxy(number).endpoint()));
		this.admin = new EtcdAdmin(this.cluster.leader());
		sample();
		HungDisk disk = hangDisk(number);
		try {
			long acknowledged = putAll().get(0);
			sampleUntil(() -> isLater(acknowledged, TIMEOUT.multipliedBy(4)));
			assertThat(this.samples).filteredOn((sample) -> sample.nanos() - acknowledged > TIMEOUT.toNanos())
				.isNotEmpty()
				.allSatisfy((sample) -> assertThat(sample.freshness().state()).isIn(EtcdWatchState.STALE,
						EtcdWatchState.RECONNECTING))
				.allSatisfy((sample) -> assertThat(sample.content()).isEmpty());
		}
		finally {
			disk.close();
		}
		long awake = System.nanoTime();
		sampleUntil(this::isRight);
		report("the disk woke up", awake);
		assertWhatWasLiveWasRight();
	}

	private void assertGoesOnElsewhere(int number, Duration limit) throws InterruptedException {
		this.admin = new EtcdAdmin(this.cluster.leader());
		sample();
		HungDisk disk = hangDisk(number);
		try {
			long acknowledged = putAll().get(PUTS - 1);
			sampleUntil(this::isRight);
			Duration time = report("the puts", acknowledged);
			assertThat(time).isLessThan(limit);
			assertWhatWasLiveWasRight();
			assertThat(followed()).isNotEqualTo(number);
			// It is the watch that goes on, not a read that told.
			long next = this.admin.put("keys/next", "value");
			assertThat(this.value.await(next, FollowedEtcd.PATIENCE)).isTrue();
			assertThat(this.value.freshness().state()).isEqualTo(EtcdWatchState.LIVE);
		}
		finally {
			disk.close();
		}
	}

	private void follow(List<URI> endpoints) {
		this.etcd = new FollowedEtcd(new TransportSettings(endpoints, null, null, null),
				new FeedSettings(TIMEOUT, 10_000, 8 << 20));
		this.value = this.etcd.value("keys/");
		Awaitility.await()
			.atMost(FollowedEtcd.PATIENCE)
			.until(() -> this.value.freshness().state() == EtcdWatchState.LIVE);
	}

	/** Follows until the watch and the reads have a member each, which is by chance. */
	private void followApart() {
		follow(this.cluster.proxied());
		while (this.cluster.proxies().stream().filter(TcpProxy::isUsed).count() < 2) {
			this.value.close();
			this.etcd.close();
			Awaitility.await().until(() -> this.cluster.proxies().stream().noneMatch(TcpProxy::isUsed));
			follow(this.cluster.proxied());
		}
	}

	/** The number of a member that does not lead. */
	private int follower() {
		return (this.cluster.members().indexOf(this.cluster.leader()) + 1) % 3;
	}

	/** The number of the member that has the watch. */
	private int followed() {
		return IntStream.range(0, 3)
			.filter((number) -> this.cluster.member(number).watchStreams() > 0)
			.findFirst()
			.orElseThrow();
	}

	private HungDisk hangDisk(int number) {
		EtcdServer member = this.cluster.member(number);
		try {
			return member.hangDisk();
		}
		catch (UnsupportedOperationException ex) {
			return Assumptions.abort(ex.getMessage());
		}
	}

	/** When each put was acknowledged. */
	private List<Long> putAll() {
		List<Long> acknowledged = new ArrayList<>();
		for (int i = 0; i < PUTS; i++) {
			this.admin.put("keys/" + i, "value " + i);
			acknowledged.add(System.nanoTime());
			sample();
		}
		return acknowledged;
	}

	private void sampleUntil(BooleanSupplier done) {
		Awaitility.await()
			.pollInSameThread()
			.pollInterval(Duration.ofMillis(100))
			.atMost(FollowedEtcd.PATIENCE)
			.until(() -> {
				sample();
				return done.getAsBoolean();
			});
	}

	/**
	 * The state before the content, which may be newer than the state says, but not
	 * older.
	 */
	private void sample() {
		long nanos = System.nanoTime();
		EtcdFreshness freshness = this.value.freshness();
		this.samples.add(new Sample(nanos, freshness, this.value.snapshot().entries()));
		Map<String, String> content = new HashMap<>();
		GetOption all = GetOption.builder().isPrefix(true).build();
		EtcdAdmin.get(this.admin.client().getKVClient().get(EtcdAdmin.bytes("keys/"), all))
			.getKvs()
			.forEach((pair) -> content.put(pair.getKey().toString(), pair.getValue().toString()));
		this.readings.add(new Reading(content, System.nanoTime()));
	}

	private boolean isRight() {
		Sample last = this.samples.get(this.samples.size() - 1);
		return last.freshness().state() == EtcdWatchState.LIVE && last.content().size() == PUTS;
	}

	private static boolean isLater(long begin, Duration time) {
		return System.nanoTime() - begin > time.toNanos();
	}

	private void assertWhatWasLiveWasRight() {
		assertThat(this.samples).filteredOn((sample) -> sample.freshness().state() == EtcdWatchState.LIVE)
			.isNotEmpty()
			.allSatisfy((sample) -> assertThat(sample.nanos() - lastHeld(sample.content()))
				.isLessThanOrEqualTo(TIMEOUT.toNanos()));
	}

	/**
	 * When a quorum may have had a content at the latest: when it was asked and had
	 * another.
	 */
	private long lastHeld(Map<String, String> content) {
		List<Map<String, String>> contents = this.readings.stream().map(Reading::content).toList();
		int last = contents.lastIndexOf(content);
		assertThat(last).as("reading of %s", content).isNotEqualTo(-1);
		return this.readings.get(Math.min(last + 1, contents.size() - 1)).nanos();
	}

	/** Prints how long it took to be right, and what was to be seen meanwhile. */
	private Duration report(String event, long begin) {
		Sample last = this.samples.get(this.samples.size() - 1);
		Duration time = Duration.ofNanos(last.nanos() - begin);
		System.out.println("right " + time.toMillis() + " ms after " + event);
		String before = "";
		for (Sample sample : this.samples) {
			String now = sample.freshness().state() + " with " + sample.content().size() + " keys";
			if (!now.equals(before)) {
				System.out.println(TimeUnit.NANOSECONDS.toMillis(sample.nanos() - begin) + " ms: " + now);
			}
			before = now;
		}
		return time;
	}

	/**
	 * What the library said.
	 *
	 * @param nanos before that
	 */
	private record Sample(long nanos, EtcdFreshness freshness, Map<String, String> content) {
	}

	/**
	 * What a quorum had.
	 *
	 * @param nanos after that
	 */
	private record Reading(Map<String, String> content, long nanos) {
	}

}

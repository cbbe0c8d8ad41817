package org.etcdevent.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.core.FeedValues;
import org.etcdevent.core.WatchStatus;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One run: writers, consumers and faults, drawn from a seed, then a calm in which
 * everything has to come right.
 */
final class Simulation {

	private static final int KEYS = 12;

	private static final Duration LIVENESS = Duration.ofSeconds(5);

	private static final Duration CALM = Duration.ofSeconds(60);

	private static final List<KeyRange> RANGES = List.of(KeyRange.all(), KeyRange.prefix("a/"), KeyRange.key("a/1"),
			KeyRange.between("a/3", "b/2"), KeyRange.key("b/3"));

	private final Random random;

	private final VirtualLoop loop = new VirtualLoop();

	private final ModelEtcd etcd;

	private final Feeds feeds;

	private final Faults faults;

	private final List<Consumer> consumers = new ArrayList<>();

	private final List<Joined> mirrors = new ArrayList<>();

	private int lastValue;

	Simulation(long seed) {
		this.random = new Random(seed);
		this.etcd = new ModelEtcd(this.loop, this.random);
		this.etcd.fragments(this.random.nextBoolean());
		this.etcd.ordered(this.random.nextInt(4) > 0);
		if (this.random.nextBoolean()) {
			this.etcd.losesDeletionsAtCompaction();
		}
		this.faults = new Faults(this.etcd, this.loop, this.random);
		int pageKeys = this.random.nextBoolean() ? 1 + this.random.nextInt(4) : 10_000;
		this.feeds = new Feeds(this.etcd, this.loop, this.random, new FeedSettings(LIVENESS, pageKeys, 64));
		FeedValues values = new FeedValues(this.feeds, (type) -> Consumer.DECODER, Duration.ZERO);
		for (int i = 0; i < 6; i++) {
			KeyRange range = anyRange();
			this.consumers.add((i % 2 == 0) ? new KeyConsumer(range, this.etcd.store(), values, this.loop, this.random)
					: new SnapshotConsumer(range, this.etcd.store(), values, this.loop, this.random));
		}
	}

	void run() throws InterruptedException {
		int steps = 100 + this.random.nextInt(400);
		for (int i = 0; i < steps; i++) {
			step();
		}
		this.faults.end();
		this.consumers.forEach(Consumer::start);
		long end = this.loop.nanoTime() + CALM.toNanos();
		while (this.loop.nanoTime() < end) {
			act(true);
			this.loop.runFor(Duration.ofMillis(50));
		}
		this.consumers.forEach(Consumer::assertConverged);
		this.mirrors.forEach((joined) -> joined.mirror().assertConverged());
		close();
	}

	private void step() throws InterruptedException {
		int chance = this.random.nextInt(100);
		if (chance < 50) {
			write();
		}
		else if (chance < 60) {
			this.faults.next();
		}
		else if (chance < 65) {
			joinOrLeave();
		}
		else if (chance < 70) {
			Consumer consumer = this.consumers.get(this.random.nextInt(this.consumers.size()));
			if (consumer.subscription() != null) {
				consumer.stop();
			}
			else {
				consumer.start();
			}
		}
		act(false);
		this.loop.runFor(Duration.ofMillis(this.random.nextInt(300)));
	}

	private void act(boolean reliably) throws InterruptedException {
		for (Consumer consumer : this.consumers) {
			consumer.act(reliably);
			consumer.assertBounded(KEYS);
			if (consumer.subscription() != null) {
				assertFresh(consumer.subscription().status());
			}
		}
		this.mirrors.forEach((joined) -> joined.mirror().assertSound());
	}

	/** Who says that it is live has heard of etcd within the liveness timeout. */
	private void assertFresh(WatchStatus status) {
		if (status.state() == EtcdWatchState.LIVE) {
			long silence = this.loop.nanoTime() - this.etcd.lastHeard();
			assertThat(Duration.ofNanos(silence)).as("silence of what is live")
				.isLessThanOrEqualTo(LIVENESS.multipliedBy(12).dividedBy(10));
		}
	}

	private void write() {
		Map<String, byte[]> writes = new LinkedHashMap<>();
		int count = 1 + this.random.nextInt(3);
		for (int i = 0; i < count; i++) {
			int key = this.random.nextInt(KEYS);
			writes.put(((key < KEYS / 2) ? "a/" : "b/") + key % (KEYS / 2), anyValue());
		}
		this.etcd.commit(writes);
	}

	private byte[] anyValue() {
		return switch (this.random.nextInt(10)) {
			case 0, 1 -> null;
			case 2 -> ModelStore.bytes("");
			case 3, 4 -> ModelStore.bytes("A");
			case 5 -> ModelStore.bytes("B");
			case 6 -> ModelStore.bytes(Consumer.UNDECODABLE + ++this.lastValue);
			default -> ModelStore.bytes("value " + ++this.lastValue);
		};
	}

	private void joinOrLeave() {
		if (this.mirrors.size() < 4 || this.random.nextBoolean()) {
			KeyRange range = anyRange();
			FeedMirror mirror = new FeedMirror(range, this.etcd.store());
			this.mirrors.add(new Joined(mirror, this.feeds.join(range, mirror)));
		}
		else {
			this.mirrors.remove(this.random.nextInt(this.mirrors.size())).membership().leave();
		}
	}

	private KeyRange anyRange() {
		return RANGES.get(this.random.nextInt(RANGES.size()));
	}

	/** Afterwards nothing is left, neither here nor at the server. */
	private void close() {
		this.consumers.forEach(Consumer::stop);
		this.mirrors.forEach((joined) -> joined.membership().leave());
		this.loop.runFor(Duration.ofMinutes(2));
		assertThat(this.etcd.streams()).as("streams").isZero();
		assertThat(this.loop.waiting()).as("timers").isZero();
	}

	private record Joined(FeedMirror mirror, Feeds.Membership membership) {
	}

}

package org.etcdevent.simulation;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.etcdevent.KeyRange;
import org.etcdevent.feed.Failure;
import org.etcdevent.feed.Failure.Kind;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Many runs against the model of etcd. A run is repeated by its seed:
 * {@code -Detcd.event.simulation.first=<seed> -Detcd.event.simulation.seeds=1}.
 */
class SimulationTests {

	private static final long FIRST = Long.getLong("etcd.event.simulation.first", 1);

	private static final long SEEDS = Long.getLong("etcd.event.simulation.seeds", 300);

	@TestFactory
	Stream<DynamicTest> everyRunKeepsThePromises() {
		return LongStream.range(FIRST, FIRST + SEEDS)
			.mapToObj((seed) -> DynamicTest.dynamicTest("seed " + seed, () -> run(seed)));
	}

	private static void run(long seed) throws InterruptedException {
		try {
			new Simulation(seed).run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("Seed " + seed + " breaks a promise: " + ex.getMessage(), ex);
		}
	}

	@Test
	void aFeedConvergesThroughACut() {
		VirtualLoop loop = new VirtualLoop();
		Random random = new Random(1);
		ModelEtcd etcd = new ModelEtcd(loop, random);
		Feeds feeds = new Feeds(etcd, loop, random, FeedSettings.defaults());
		KeyRange range = KeyRange.prefix("a/");
		FeedMirror mirror = new FeedMirror(range, etcd.store());
		etcd.put("a/1", "one");
		feeds.join(range, mirror);
		loop.runFor(Duration.ofSeconds(1));
		mirror.assertConverged();
		etcd.put("a/2", "two");
		etcd.delete("a/1");
		loop.runFor(Duration.ofSeconds(1));
		mirror.assertConverged();
		etcd.cut(new Failure(Kind.UNAVAILABLE, "cut"), false);
		etcd.put("a/3", "three");
		etcd.delete("a/2");
		etcd.compact();
		loop.runFor(Duration.ofSeconds(5));
		mirror.assertConverged();
	}

}

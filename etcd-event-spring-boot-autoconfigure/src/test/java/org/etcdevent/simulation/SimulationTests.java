package org.etcdevent.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many runs against the model of etcd. {@code -Dsimulation.seed=} repeats one,
 * {@code -Dsimulation.base=} and {@code -Dsimulation.seeds=} choose others,
 * {@code -Dsimulation.seconds=} goes on until the time is over, and
 * {@code -Dsimulation.profile=} takes one {@link Profile} instead of all.
 */
class SimulationTests {

	private static final int USUAL_SEEDS = 1_500;

	private static final Path FAILURE = Path.of("target", "simulation-failure.txt");

	private final LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());

	/** An outage is nothing to speak of here. */
	@BeforeEach
	void beQuiet() {
		this.logging.setLogLevel("org.etcdevent", LogLevel.OFF);
	}

	@AfterEach
	void speakAgain() {
		this.logging.setLogLevel("org.etcdevent", null);
	}

	static List<Profile> profiles() {
		String only = System.getProperty("simulation.profile");
		return (only != null) ? List.of(Profile.named(only)) : Profile.ALL;
	}

	@ParameterizedTest
	@MethodSource("profiles")
	void everyRunKeepsThePromises(Profile profile) throws IOException {
		Long only = Long.getLong("simulation.seed");
		long seed = (only != null) ? only : Long.getLong("simulation.base", 1);
		long seeds = (only != null) ? 1 : Long.getLong("simulation.seeds", USUAL_SEEDS);
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("simulation.seconds", 0));
		SimulationRunner runner = new SimulationRunner(profile);
		Files.deleteIfExists(FAILURE);
		try {
			while (runner.tally().seeds() < seeds || System.nanoTime() - end < 0) {
				runner.run(seed++);
			}
		}
		catch (AssertionError ex) {
			Files.writeString(FAILURE, ex.getMessage());
			throw ex;
		}
		finally {
			System.out.println(runner.tally());
		}
		if (seeds >= USUAL_SEEDS) {
			assertThat(profile.faults().possible()).allMatch((fault) -> runner.tally().struck(fault) > 100);
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
		assertThat(mirror.entries()).containsOnlyKeys(ModelStore.key("a/3"));
	}

}

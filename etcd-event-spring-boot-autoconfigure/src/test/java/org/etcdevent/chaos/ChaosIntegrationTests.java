package org.etcdevent.chaos;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.etcdevent.autoconfigure.EtcdAutoConfiguration;
import org.etcdevent.autoconfigure.EtcdWatchAutoConfiguration;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdCluster;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Breaks real clusters under an application with consumers of every kind, and holds what
 * they were told against what was written: {@code -Dchaos.seconds} says for how long,
 * {@code -Dchaos.seed} repeats the choice of faults, though not their timing.
 */
@Tag("compaction-race")
class ChaosIntegrationTests {

	private static final String PREFIX = "chaos/";

	private static final int KEYS = 2_000;

	private static final Duration CALM = Duration.ofSeconds(60);

	private static final EtcdDecoder<Long> COUNTER = (key, bytes) -> Long
		.valueOf(new String(bytes, StandardCharsets.UTF_8));

	private final long seconds = Long.getLong("chaos.seconds", 60);

	private final long seed = Long.getLong("chaos.seed", System.nanoTime());

	private final WriteLog log = new WriteLog(PREFIX, KEYS);

	@Test
	void nothingIsLostFromOneMember() {
		run(List.of(EtcdServer.create()));
	}

	@Test
	void nothingIsLostFromThreeMembers() {
		run(EtcdCluster.create().members());
	}

	private void run(List<EtcdServer> members) {
		try (Chaos chaos = new Chaos(members, this.log, this.seed)) {
			String endpoints = chaos.endpoints().stream().map(Object::toString).collect(Collectors.joining(","));
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class))
				.withPropertyValues("etcd.event.endpoints=" + endpoints, "etcd.event.watch.retry.initial-interval=20ms",
						"etcd.event.watch.retry.max-interval=200ms")
				.run((context) -> run(chaos, context.getBean(EtcdWatchRegistry.class),
						context.getBean(EtcdValues.class)));
		}
	}

	private void run(Chaos chaos, EtcdWatchRegistry registry, EtcdValues values) throws InterruptedException {
		List<Follower> followers = new ArrayList<>();
		Consumer<Follower> onUpdates = (follower) -> {
			registry.register(EtcdWatchRegistration.of(follower.toString(), KeyRange.prefix(PREFIX), COUNTER)
				.onUpdate(follower::onUpdate));
			followers.add(follower);
		};
		onUpdates.accept(new Follower("fast", this.log, chaos::restores, 0, 0));
		onUpdates.accept(new Follower("slow", this.log, chaos::restores, 5, 0));
		onUpdates.accept(new Follower("failing", this.log, chaos::restores, 0, 5));
		Follower batch = new Follower("batch", this.log, chaos::restores, 20, 7);
		registry.register(EtcdWatchRegistration.of("batch", KeyRange.prefix(PREFIX), COUNTER).onBatch(batch::onBatch));
		followers.add(batch);
		Follower snapshot = new Follower("snapshot", this.log, chaos::restores, 50, 0);
		registry.register(EtcdWatchRegistration.of("snapshot", KeyRange.prefix(PREFIX), COUNTER)
			.onSnapshot(snapshot::onSnapshot));
		followers.add(snapshot);
		List<EtcdValue<Long>> readers = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			readers.add(values.value(KeyRange.prefix(PREFIX), COUNTER));
		}
		EtcdValue<Long> probe = values.value(KeyRange.key("probe"), COUNTER);
		chaos.startWriting(4);
		chaos.backUp();
		chaos.strike(this.seconds / 2, probe);
		onUpdates.accept(new Follower("late", this.log, chaos::restores, 0, 0));
		chaos.strike(this.seconds - this.seconds / 2, probe);
		chaos.stopWriting();
		try {
			Map<String, Long> truth = truth(chaos);
			for (Follower follower : followers) {
				Awaitility.await(follower + " to have handled what is in etcd")
					.atMost(CALM)
					.untilAsserted(() -> assertThat(difference(follower.handled(), truth)).isEmpty());
				assertThat(follower.violations()).isEmpty();
			}
			for (EtcdValue<Long> reader : readers) {
				Awaitility.await()
					.atMost(CALM)
					.untilAsserted(() -> assertThat(difference(reader.snapshot().entries(), truth)).isEmpty());
			}
		}
		finally {
			report(chaos, followers);
			readers.forEach(EtcdValue::close);
			probe.close();
		}
	}

	/** What a client that was never disturbed sees. */
	private static Map<String, Long> truth(Chaos chaos) throws InterruptedException {
		try (FollowedEtcd undisturbed = new FollowedEtcd(chaos.members());
				EtcdValue<Long> all = undisturbed.values().value(KeyRange.prefix(PREFIX), COUNTER)) {
			return all.snapshot().entries();
		}
	}

	private static Set<String> difference(Map<String, Long> one, Map<String, Long> other) {
		Map<String, String> differing = new HashMap<>();
		one.forEach((key, value) -> {
			if (!value.equals(other.get(key))) {
				differing.put(key, value + " instead of " + other.get(key));
			}
		});
		other.forEach((key, value) -> {
			if (!one.containsKey(key)) {
				differing.put(key, "nothing instead of " + value);
			}
		});
		return differing.entrySet().stream().map(Object::toString).collect(Collectors.toSet());
	}

	private void report(Chaos chaos, List<Follower> followers) {
		StringBuilder report = new StringBuilder("chaos, seed " + this.seed + ", " + this.seconds + " s: "
				+ this.log.attempts() + " writes, " + this.log.confirmed() + " confirmed\n");
		chaos.recoveries().forEach((fault, millis) -> {
			long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
			report.append("  %-22s %3d times, all was well after p50 %d ms, p99 %d ms, max %d ms%n".formatted(fault,
					sorted.length, sorted[sorted.length / 2], sorted[(sorted.length * 99) / 100],
					Arrays.stream(sorted).max().orElse(0)));
		});
		followers.forEach((follower) -> report
			.append("  %-22s %d calls, violations: %s%n".formatted(follower, follower.calls(), follower.violations())));
		System.out.println(report);
	}

}

package org.etcdevent.chaos;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
import org.etcdevent.testsupport.EtcdProxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Breaks real clusters under an application with consumers of every kind, and holds what
 * they were told against what was written: {@code -Dchaos.seconds} says for how long,
 * {@code -Dchaos.seed} repeats the order of faults, though not their timing.
 */
@Tag("every-etcd")
@Tag("compaction-race")
class ChaosIntegrationTests {

	private static final KeyRange RANGE = KeyRange.prefix("chaos/");

	private static final int KEYS = 2_000;

	private static final int READERS = 50;

	private static final int WRITES_A_SECOND = 500;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final EtcdDecoder<Long> COUNTER = (key, bytes) -> WriteLog.counter(bytes);

	private final long seconds = Long.getLong("chaos.seconds", 60);

	private final long seed = Long.getLong("chaos.seed", System.nanoTime());

	private final WriteLog log = new WriteLog("chaos/", KEYS);

	private final Follower fast = new Follower("fast", this.log, (call) -> {
	});

	private final Follower slow = new Follower("slow", this.log, always(Duration.ofMillis(5)));

	private final Follower failing = new Follower("failing", this.log, failingEach(5));

	private final Follower hanging = new Follower("hanging", this.log, hangingEach(2_000));

	private final Follower batch = new Follower("batch", this.log,
			always(Duration.ofMillis(20)).andThen(failingEach(7)));

	private final Follower snapshot = new Follower("snapshot", this.log, always(Duration.ofMillis(50)));

	/** Behind etcd's own proxy. */
	private final Follower proxied = new Follower("proxied", this.log, (call) -> {
	});

	private final Follower late = new Follower("late", this.log, (call) -> {
	});

	private final List<EtcdValue<Long>> readers = new ArrayList<>();

	@Test
	void nothingIsLostFromOneMember() {
		run(1);
	}

	@Test
	void nothingIsLostFromThreeMembers() {
		run(3);
	}

	private void run(int members) {
		List<Fault> faults = Fault.shuffled(members, this.seconds, this.seed);
		try (Chaos chaos = new Chaos(EtcdCluster.create(members), this.log, PATIENCE, this.seed);
				EtcdProxy proxy = EtcdProxy.create(chaos.endpoints())) {
			follow(chaos, List.of(proxy.endpoint()), (behind) -> {
				behind.getBean(EtcdWatchRegistry.class).register(watch(this.proxied).onUpdate(this.proxied::onUpdate));
				follow(chaos, chaos.endpoints(), (context) -> run(chaos, faults, context));
			});
		}
	}

	private static void follow(Chaos chaos, List<URI> endpoints,
			ContextConsumer<? super AssertableApplicationContext> application) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class))
			.withPropertyValues(
					"etcd.event.endpoints=" + endpoints.stream().map(Object::toString).collect(Collectors.joining(",")),
					"etcd.event.username=" + chaos.user(), "etcd.event.password=" + chaos.password(),
					"etcd.event.watch.retry.initial-interval=20ms", "etcd.event.watch.retry.max-interval=200ms")
			.run(application);
	}

	private void run(Chaos chaos, List<Fault> faults, ApplicationContext context) throws InterruptedException {
		EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
		EtcdValues values = context.getBean(EtcdValues.class);
		Stream.of(this.fast, this.slow, this.failing, this.hanging)
			.forEach((follower) -> registry.register(watch(follower).onUpdate(follower::onUpdate)));
		registry.register(watch(this.batch).onBatch(this.batch::onBatch));
		registry.register(watch(this.snapshot).onSnapshot(this.snapshot::onSnapshot));
		for (int i = 0; i < READERS; i++) {
			this.readers.add(values.value(RANGE, COUNTER));
		}
		List<Follower> followers = List.of(this.fast, this.slow, this.failing, this.hanging, this.batch, this.snapshot,
				this.late, this.proxied);
		Collection<Witness> measured = List.of(this.fast.witness());
		// The rest is for what faults take longer, and for what slow ones have to catch
		// up.
		Duration half = Duration.ofSeconds(this.seconds).multipliedBy(2).dividedBy(5);
		try {
			chaos.start();
			chaos.strike(faults.subList(0, faults.size() / 2), half, measured);
			registry.register(watch(this.late).onUpdate(this.late::onUpdate));
			chaos.strike(faults.subList(faults.size() / 2, faults.size()), half, measured);
			chaos.stop(this.seconds * WRITES_A_SECOND);
			Map<String, Long> truth = chaos.settle(followers.stream().map(Follower::witness).toList());
			assertThat(followers).allSatisfy((follower) -> assertThat(follower.witness().violations()).isEmpty());
			assertThat(this.readers).allSatisfy((reader) -> Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(reader.snapshot().entries()).isEqualTo(truth)));
			assertThat(chaos.missed()).isEmpty();
			assertThat(this.log.confirmed()).isGreaterThanOrEqualTo(this.seconds * WRITES_A_SECOND);
			assertThat(chaos.struck()).isEqualTo(faults.stream()
				.collect(Collectors.groupingBy((fault) -> fault, Collectors.summingInt((fault) -> 1))));
		}
		finally {
			this.readers.forEach(EtcdValue::close);
			System.out.println("chaos, seed " + this.seed + ", " + chaos.report()
					+ followers.stream().map((follower) -> "  " + follower + "\n").collect(Collectors.joining()));
		}
	}

	private static EtcdWatchRegistration.Builder<Long> watch(Follower follower) {
		return EtcdWatchRegistration.of(follower.witness().toString(), RANGE, COUNTER);
	}

	private static LongConsumer always(Duration pause) {
		return (call) -> Scene.pass(pause);
	}

	private static LongConsumer failingEach(int calls) {
		return (call) -> {
			if (call % calls == 0) {
				throw new IllegalStateException("This fails now and then");
			}
		};
	}

	private static LongConsumer hangingEach(int calls) {
		return (call) -> {
			if (call % calls == 0) {
				Scene.pass(Duration.ofSeconds(3));
			}
		};
	}

}

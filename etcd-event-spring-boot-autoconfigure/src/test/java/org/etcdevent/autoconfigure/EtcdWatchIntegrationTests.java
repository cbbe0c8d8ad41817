package org.etcdevent.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatch;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Annotated methods and injected values of an application, on a real etcd.
 */
public class EtcdWatchIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private static EtcdServer server;

	private static EtcdAdmin admin;

	private TcpProxy proxy;

	private ApplicationContextRunner application;

	@BeforeAll
	static void startServer() {
		server = EtcdServer.create();
		admin = new EtcdAdmin(server);
	}

	@AfterAll
	static void stopServer() {
		admin.close();
		server.close();
	}

	@BeforeEach
	void configure() {
		admin.deletePrefix("flags/");
		this.proxy = new TcpProxy(server.port());
		this.application = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, MetricsAutoConfiguration.class,
					EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class,
					EtcdWatchMetricsAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("etcd.event.endpoints=" + this.proxy.endpoint());
	}

	@AfterEach
	void close() {
		this.proxy.close();
	}

	@Test
	void followsKeysFromTheFirstStateOn() {
		admin.put("flags/dark", "{\"enabled\":true}");
		this.application.withBean(Flags.class)
			.withPropertyValues("etcd.event.values.flags.key=flags/",
					"etcd.event.values.flags.type=" + Flag.class.getName(), "etcd.event.values.other.key=flags/dark",
					"etcd.event.values.other.type=java.lang.String")
			.run((context) -> {
				Flags flags = context.getBean(Flags.class);
				assertThat(flags.seen).as("what was told before the application was started").hasSize(1);
				EtcdUpdate<Flag> first = flags.seen.remove();
				assertThat(first.key()).isEqualTo("flags/dark");
				assertThat(first.value()).isEqualTo(new Flag(true));
				assertThat(first.initial()).isTrue();
				assertThat(flags.value.get("flags/dark")).hasValue(new Flag(true));
				assertThat(flags.text.get()).hasValue("{\"enabled\":true}");
				long changed = admin.put("flags/dark", "{\"enabled\":false}");
				EtcdUpdate<Flag> second = next(flags.seen);
				assertThat(second.value()).isEqualTo(new Flag(false));
				assertThat(second.initial()).isFalse();
				assertThat(second.revision()).isEqualTo(changed);
				admin.delete("flags/dark");
				assertThat(next(flags.seen).isDeletion()).isTrue();
				assertThat(flags.value.await(admin.revision(), PATIENCE)).isTrue();
				assertThat(flags.value.snapshot().entries()).isEmpty();
			});
	}

	@Test
	void aSlowMethodIsToldTheNewestValuesAlone() {
		this.application.withBean(SlowHandler.class).run((context) -> {
			SlowHandler handler = context.getBean(SlowHandler.class);
			TreeMap<String, String> entries = new TreeMap<>();
			for (int update = 0; update < 20_000; update++) {
				entries.put("flags/" + (update % 1_000), Integer.toString(update));
				if (entries.size() == 100) {
					admin.put(entries);
					entries.clear();
				}
			}
			awaitKnown(context, admin.revision());
			// The watch knows what came after the updates: so it was handed all of them.
			awaitKnown(context, admin.put("flags/after", "20000"));
			handler.known.countDown();
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> handler.newest.size() == 1_001
						&& handler.newest.values().stream().allMatch((number) -> number >= 19_000));
			assertThat(handler.calls).as("one for each key, and the one that was under way")
				.hasValueLessThanOrEqualTo(1_002);
		});
	}

	@Test
	void aKeyThatFailsIsTriedAgainWithItsNewestValueWhileOthersGoOn() {
		admin.put("flags/bad", "one");
		this.application.withBean(FailingHandler.class)
			.withPropertyValues("etcd.event.watch.retry.initial-interval=50ms",
					"etcd.event.watch.retry.max-interval=100ms")
			.run((context) -> {
				FailingHandler handler = context.getBean(FailingHandler.class);
				Awaitility.await().until(() -> handler.attempts.get() >= 2);
				admin.put("flags/good", "two");
				Awaitility.await().until(() -> handler.done.contains("flags/good=two"));
				admin.put("flags/bad", "three");
				handler.healed.set(true);
				Awaitility.await().until(() -> handler.done.contains("flags/bad=three"));
				assertThat(handler.done).doesNotContain("flags/bad=one");
			});
	}

	@Test
	void startsWithoutEtcdAndCatchesUp() {
		admin.put("flags/dark", "{\"enabled\":true}");
		this.proxy.refuse();
		this.application.withBean(Recorder.class)
			.withPropertyValues("etcd.event.watch.startup-timeout=200ms")
			.run((context) -> {
				Recorder recorder = context.getBean(Recorder.class);
				assertThat(recorder.calls).isEmpty();
				this.proxy.open();
				assertThat(next(recorder.calls)).isEqualTo("flags/dark={\"enabled\":true}");
			});
	}

	@Test
	void leavesNothingBehind() {
		this.application.withBean(Recorder.class).run((context) -> {
			admin.put("flags/dark", "one");
			assertThat(next(context.getBean(Recorder.class).calls)).isEqualTo("flags/dark=one");
			assertThat(threads()).isNotEmpty();
		});
		Awaitility.await().untilAsserted(() -> assertThat(threads()).isEmpty());
	}

	@Test
	void worksWithoutAnyOptionalLibrary() {
		admin.put("flags/dark", "one");
		this.application.withBean(Recorder.class)
			.withClassLoader(new FilteredClassLoader("tools.jackson", "io.micrometer",
					"org.springframework.boot.actuate", "org.springframework.boot.health", "org.springframework.web"))
			.run((context) -> assertThat(next(context.getBean(Recorder.class).calls)).isEqualTo("flags/dark=one"));
	}

	@Test
	void metersTellOfTheConnectionAndTheBacklog() {
		this.application.withBean(Recorder.class).run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			Recorder recorder = context.getBean(Recorder.class);
			admin.put("flags/dark", "one");
			assertThat(next(recorder.calls)).isEqualTo("flags/dark=one");
			this.proxy.cut();
			Awaitility.await().until(() -> count(meters, "etcd.watch.reconnects") == 1);
			admin.put("flags/dark", "two");
			assertThat(next(recorder.calls)).isEqualTo("flags/dark=two");
			Awaitility.await()
				.until(() -> meters.get("etcd.watch.deliveries")
					.timers()
					.stream()
					.mapToLong((timer) -> timer.count())
					.sum() == 2);
			assertThat(count(meters, "etcd.watch.events")).isGreaterThanOrEqualTo(2);
			assertThat(meters.get("etcd.watch.backlog").gauge().value()).isZero();
			assertThat(meters.get("etcd.watch.reconnect.attempts").gauge().value()).isZero();
			assertThat(meters.get("etcd.watch.revision").tag("range", "flags/").gauge().value()).isPositive();
			this.proxy.refuse();
			Awaitility.await().until(() -> meters.get("etcd.watch.reconnect.attempts").gauge().value() >= 1);
		});
	}

	@Test
	void aRestartedWatchRepeatsNothingAndTellsDeletions() {
		admin.put("flags/goes", "one");
		admin.put("flags/stays", "two");
		this.application.withBean(Recorder.class).run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
			assertThat(Set.of(next(recorder.calls), next(recorder.calls))).containsExactlyInAnyOrder("flags/goes=one",
					"flags/stays=two");
			String id = registry.ids().iterator().next();
			registry.stop(id);
			admin.delete("flags/goes");
			registry.start(id);
			assertThat(next(recorder.calls)).isEqualTo("flags/goes=null");
			admin.put("flags/comes", "three");
			assertThat(next(recorder.calls)).isEqualTo("flags/comes=three");
		});
	}

	@Test
	void batchesAndSnapshotsNeverShowHalfATransaction() {
		admin.put(Map.of("flags/left", "0", "flags/right", "0"));
		this.application.withBean(Pair.class)
			.withPropertyValues("etcd.event.watch.retry.initial-interval=1ms",
					"etcd.event.watch.retry.max-interval=5ms")
			.run((context) -> {
				Pair pair = context.getBean(Pair.class);
				for (int i = 1; i <= 500; i++) {
					String text = Integer.toString(i);
					admin.put(Map.of("flags/left", text, "flags/right", text));
				}
				Awaitility.await().atMost(PATIENCE).until(() -> pair.batch == 500 && pair.snapshot == 500);
				assertThat(pair.broken).isEmpty();
				assertThat(pair.failures).hasPositiveValue();
			});
	}

	private static <E> E next(Queue<E> queue) {
		return Awaitility.await().atMost(PATIENCE).until(queue::poll, (element) -> element != null);
	}

	/** Until the one watch of the application knows a revision. */
	private static void awaitKnown(ApplicationContext context, long revision) {
		EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> registry.statuses().get(0).watch(), (watch) -> watch != null && watch.revision() >= revision);
	}

	private static double count(MeterRegistry meters, String name) {
		return meters.get(name).functionCounter().count();
	}

	private static Set<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("etcd-watch-") || name.startsWith("etcd-event-"))
			.collect(Collectors.toSet());
	}

	record Flag(boolean enabled) {

	}

	static class Flags {

		final Queue<EtcdUpdate<Flag>> seen = new ConcurrentLinkedQueue<>();

		@Autowired
		EtcdValue<Flag> value;

		@Autowired
		@Qualifier("other")
		EtcdValue<String> text;

		@EtcdWatch("flags/")
		void onFlag(EtcdUpdate<Flag> update) {
			this.seen.add(update);
		}

	}

	static class Recorder {

		final Queue<String> calls = new ConcurrentLinkedQueue<>();

		@EtcdWatch("flags/")
		void onChange(EtcdUpdate<String> update) {
			this.calls.add(update.key() + "=" + update.value());
		}

	}

	static class SlowHandler {

		final Map<String, Integer> newest = new ConcurrentHashMap<>();

		final AtomicInteger calls = new AtomicInteger();

		/** Until the watch knows everything, it is busy with the first update. */
		final CountDownLatch known = new CountDownLatch(1);

		@EtcdWatch("flags/")
		void onChange(EtcdUpdate<Integer> update) throws InterruptedException {
			this.calls.incrementAndGet();
			this.known.await();
			this.newest.put(update.key(), Optional.ofNullable(update.value()).orElseThrow());
		}

	}

	static class FailingHandler {

		final AtomicInteger attempts = new AtomicInteger();

		final AtomicBoolean healed = new AtomicBoolean();

		final Queue<String> done = new ConcurrentLinkedQueue<>();

		@EtcdWatch("flags/")
		void onChange(EtcdUpdate<String> update) {
			if (update.key().equals("flags/bad") && !this.healed.get()) {
				this.attempts.incrementAndGet();
				throw new IllegalStateException("not yet");
			}
			this.done.add(update.key() + "=" + update.value());
		}

	}

	static class Pair {

		volatile int batch;

		volatile int snapshot;

		final AtomicInteger failures = new AtomicInteger();

		final Queue<String> broken = new ConcurrentLinkedQueue<>();

		private final Map<String, Integer> known = new ConcurrentHashMap<>();

		@EtcdWatch(value = "flags/", id = "batch")
		void onChanges(List<EtcdUpdate<Integer>> updates) {
			failNowAndThen(updates.get(0).revision());
			updates
				.forEach((update) -> this.known.put(update.key(), Optional.ofNullable(update.value()).orElseThrow()));
			check("batch", this.known);
			this.batch = this.known.get("flags/left");
		}

		@EtcdWatch(value = "flags/", id = "snapshot")
		void onSnapshot(EtcdSnapshot<Integer> now) {
			check("snapshot", now.entries());
			failNowAndThen(now.revision());
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
			this.snapshot = now.entries().get("flags/left");
		}

		private void failNowAndThen(long revision) {
			if (revision % 3 == 0 && this.failures.incrementAndGet() % 2 == 1) {
				throw new IllegalStateException("now and then");
			}
		}

		private void check(String what, Map<String, Integer> entries) {
			if (!entries.get("flags/left").equals(entries.get("flags/right"))) {
				this.broken.add(what + " " + entries);
			}
		}

	}

}

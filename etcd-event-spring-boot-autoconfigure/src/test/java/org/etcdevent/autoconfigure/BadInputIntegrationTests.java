package org.etcdevent.autoconfigure;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.TcpProxy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What etcd takes and nobody expects: keys that are no text, values as large as they may
 * be, 100,000 keys gone at once. No watch ends of it, and each is told or reported once.
 */
class BadInputIntegrationTests {

	private static final long SEED = 20_261_101;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** etcd refuses requests above 1.5 MiB; the rest is for the key. */
	private static final int LARGEST_VALUE = 1_536 * 1_024 - 1_024;

	private EtcdServer server;

	private EtcdAdmin admin;

	private TcpProxy proxy;

	private ApplicationContextRunner application;

	@BeforeEach
	void start() {
		this.server = EtcdServer.create();
		this.admin = new EtcdAdmin(this.server);
		this.proxy = new TcpProxy(this.server.port());
		this.application = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class, EtcdAutoConfiguration.class,
					EtcdWatchAutoConfiguration.class, EtcdWatchMetricsAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("etcd.event.endpoints=" + this.proxy.endpoint());
	}

	@AfterEach
	void stop() {
		this.proxy.close();
		this.admin.close();
		this.server.close();
	}

	@Test
	void keysOfAnyBytesAreFollowed() {
		Map<String, byte[]> keys = randomKeys(1_000);
		long texts = keys.values().stream().filter(BadInputIntegrationTests::isText).count();
		assertThat(texts).as("keys that are text, seed %d", SEED).isBetween(1L, 900L);
		keys.values().stream().limit(500).forEach((key) -> this.admin.put(key, utf8("1")));
		this.application.withBean(AnyKeys.class).run((context) -> {
			AnyKeys told = context.getBean(AnyKeys.class);
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			keys.values().forEach((key) -> this.admin.put(key, utf8("2")));
			this.admin.put("any/last", "2");
			keys.put(hex(utf8("any/last")), utf8("any/last"));
			await("each key", () -> told.updates.values().stream().filter("2"::equals).count() == keys.size());
			assertThat(told.updates).containsOnlyKeys(keys.keySet());
			await("the batch", () -> told.batches.equals(told.updates));
			await("the snapshot", () -> told.snapshot.size() == keys.size());
			assertThat(told.snapshot).containsValue("2").doesNotContainValue("1");
			await("texts", () -> told.texts.values().stream().filter("2"::equals).count() == texts + 1);
			assertThat(told.texts).hasSize((int) texts + 1);
			double reported = errors(meters, "texts", "decoding");
			assertThat(reported).as("once a change").isBetween(keys.size() - texts - 1.0, 500.0 + keys.size() - texts);
			assertThat(errors(meters, "texts", "handler")).isZero();
			this.admin.deletePrefix("any/");
			await("deletions", () -> told.updates.isEmpty() && told.batches.isEmpty() && told.texts.isEmpty()
					&& told.snapshot.isEmpty());
			assertThat(errors(meters, "texts", "decoding")).as("a deletion is no value").isEqualTo(reported);
		});
	}

	@Test
	void valuesAsLargeAsTheyMayBeAreFollowed() {
		Random random = new Random(SEED);
		for (int i = 0; i < 8; i++) {
			this.admin.put(utf8("large/" + i), largest(random));
		}
		this.application.withBean(LargeValues.class).run((context) -> {
			LargeValues told = context.getBean(LargeValues.class);
			await("the first state", () -> told.hashes.size() == 8);
			this.proxy.refuse();
			Map<String, Integer> expected = new HashMap<>();
			for (int i = 4; i < 12; i++) {
				byte[] value = largest(random);
				this.admin.put(utf8("large/" + i), value);
				expected.put("large/" + i, Arrays.hashCode(value));
			}
			this.proxy.open();
			await("what came meanwhile", () -> told.hashes.entrySet().containsAll(expected.entrySet()));
			await("the snapshot", () -> told.snapshot == 12 * LARGEST_VALUE);
			this.admin.put("large/last", "live");
			await("what came then", () -> told.hashes.containsKey("large/last"));
		});
	}

	@Test
	void aHundredThousandKeysAreDeletedByOneRequest() {
		int count = 100_000;
		this.application.withBean(ManyKeys.class).run((context) -> {
			ManyKeys told = context.getBean(ManyKeys.class);
			Map<String, String> entries = new TreeMap<>();
			for (int i = 0; i < count; i++) {
				entries.put("many/" + i, Integer.toString(i));
				if (entries.size() == 125) {
					this.admin.put(entries);
					entries.clear();
				}
			}
			await("all keys", () -> told.updates.size() == count && told.batches.size() == count
					&& told.snapshot.entries().size() == count);
			long gone = this.admin.deletePrefix("many/");
			this.admin.put("many/last", "live");
			await("all deletions", () -> told.deletions.get() == count);
			await("the batch", () -> told.batches.equals(Map.of("many/last", "live")));
			await("the snapshot", () -> told.snapshot.entries().equals(Map.of("many/last", "live")));
			assertThat(told.snapshot.revision()).isEqualTo(gone + 1);
			await("the put after them", () -> told.updates.equals(Map.of("many/last", "live")));
			assertThat(told.deletions).as("each told once").hasValue(count);
		});
	}

	private static void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what).atMost(PATIENCE).until(condition);
	}

	private static double errors(MeterRegistry meters, String watch, String kind) {
		return meters.get("etcd.watch.errors").tag("watch", watch).tag("kind", kind).functionCounter().count();
	}

	private static Map<String, byte[]> randomKeys(int count) {
		Random random = new Random(SEED);
		Map<String, byte[]> keys = new HashMap<>();
		while (keys.size() < count) {
			byte[] bytes = new byte[random.nextInt(16)];
			random.nextBytes(bytes);
			if (random.nextInt(4) == 0) {
				bytes = utf8("\\" + hex(bytes) + "\u00e9\u2028");
			}
			byte[] key = Arrays.copyOf(utf8("any/"), 4 + bytes.length);
			System.arraycopy(bytes, 0, key, 4, bytes.length);
			keys.put(hex(key), key);
		}
		return keys;
	}

	private static byte[] largest(Random random) {
		byte[] value = new byte[LARGEST_VALUE];
		random.nextBytes(value);
		return value;
	}

	private static boolean isText(byte[] bytes) {
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

	private static <K, V> void apply(Map<K, V> entries, K key, @Nullable V value) {
		if (value != null) {
			entries.put(key, value);
		}
		else {
			entries.remove(key);
		}
	}

	static class AnyKeys {

		final Map<String, String> updates = new ConcurrentHashMap<>();

		final Map<String, String> batches = new ConcurrentHashMap<>();

		final Map<String, String> texts = new ConcurrentHashMap<>();

		volatile Map<String, String> snapshot = Map.of();

		@EtcdWatch("any/")
		void onUpdate(EtcdUpdate<String> update) {
			apply(this.updates, hex(update.keyBytes()), update.value());
		}

		@EtcdWatch("any/")
		void onBatch(List<EtcdUpdate<String>> changes) {
			changes.forEach((update) -> apply(this.batches, hex(update.keyBytes()), update.value()));
		}

		@EtcdWatch(value = "any/", id = "texts")
		void onText(String key, @Nullable String value) {
			apply(this.texts, key, value);
		}

		@EtcdWatch("any/")
		void onSnapshot(EtcdSnapshot<String> now) {
			this.snapshot = now.entries();
		}

	}

	static class LargeValues {

		final Map<String, Integer> hashes = new ConcurrentHashMap<>();

		volatile int snapshot;

		@EtcdWatch("large/")
		void onUpdate(EtcdUpdate<byte[]> update) {
			this.hashes.put(update.key(), Arrays.hashCode(update.value()));
		}

		@EtcdWatch(value = "large/", quietPeriod = "50ms")
		void onSnapshot(EtcdSnapshot<byte[]> now) {
			this.snapshot = now.entries().values().stream().mapToInt((value) -> value.length).sum();
		}

	}

	static class ManyKeys {

		final Map<String, String> updates = new ConcurrentHashMap<>();

		final AtomicInteger deletions = new AtomicInteger();

		final Map<String, String> batches = new ConcurrentHashMap<>();

		volatile EtcdSnapshot<String> snapshot = EtcdSnapshot.of(0, Map.of());

		@EtcdWatch("many/")
		void onUpdate(EtcdUpdate<String> update) {
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(10));
			apply(this.updates, update.key(), update.value());
			if (update.isDeletion()) {
				this.deletions.incrementAndGet();
			}
		}

		@EtcdWatch("many/")
		void onBatch(List<EtcdUpdate<String>> changes) {
			changes.forEach((update) -> apply(this.batches, update.key(), update.value()));
		}

		@EtcdWatch("many/")
		void onSnapshot(EtcdSnapshot<String> now) {
			this.snapshot = now;
		}

	}

}

package org.etcdevent.consumer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.KeyRange;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdCluster;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What users of Monogon's event value rely on, on a cluster of three: the names are those
 * of its own tests.
 */
@Tag("every-etcd")
class MonogonEventValueIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private static EtcdCluster cluster;

	private static EtcdAdmin admin;

	private List<TcpProxy> proxies;

	private FollowedEtcd etcd;

	/** A prefix, and the name of a key, of the test's own. */
	private String name;

	@BeforeAll
	static void startCluster() {
		cluster = EtcdCluster.create(3);
		admin = cluster.admin();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void follow(TestInfo test) {
		this.name = test.getTestMethod().orElseThrow().getName();
		this.proxies = cluster.proxies();
		this.etcd = new FollowedEtcd(cluster.proxied());
	}

	@AfterEach
	void close() {
		this.etcd.close();
		this.proxies.forEach(TcpProxy::open);
	}

	@Test
	void simpleValue() throws InterruptedException {
		admin.put(this.name, "one");
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(value.get()).hasValue("one");
			assertThat(watcher.take().value()).isEqualTo("one");
			long revision = admin.put(this.name, "two");
			EtcdUpdate<String> update = watcher.take();
			assertThat(update.value()).isEqualTo("two");
			assertThat(update.revision()).isEqualTo(revision);
			assertThat(value.await(revision, PATIENCE)).isTrue();
			assertThat(value.get()).hasValue("two");
		}
	}

	@Test
	void simpleRange() throws InterruptedException {
		admin.put(this.name + "/a", "one");
		admin.put(this.name + "/b", "two");
		try (EtcdValue<String> value = this.etcd.value(this.name + "/"); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(text(List.of(watcher.take(), watcher.take()))).containsExactlyInAnyOrder("a=one", "b=two");
			admin.put(this.name + "/c", "three");
			assertThat(text(List.of(watcher.take()))).containsExactly("c=three");
			admin.put(this.name + "/a", "four");
			assertThat(text(List.of(watcher.take()))).containsExactly("a=four");
		}
	}

	@Test
	void cancelAndGoOn() throws Exception {
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertInterruptible(watcher);
			admin.put(this.name, "one");
			assertThat(watcher.take().value()).isEqualTo("one");
		}
	}

	@Test
	void cancelDuringTheFirstReadInAPartition() throws Exception {
		admin.put(this.name, "one");
		this.proxies.forEach(TcpProxy::silence);
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertInterruptible(watcher);
			this.proxies.forEach(TcpProxy::open);
			assertThat(watcher.take().value()).isEqualTo("one");
		}
	}

	@Test
	void clientReconnectsToOtherMembers() throws InterruptedException {
		admin.put(this.name, "one");
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.take().value()).isEqualTo("one");
			for (int i = 0; i < 3; i++) {
				TcpProxy one = this.proxies.get(i);
				one.refuse();
				admin.put(this.name, "after " + i);
				assertThat(watcher.take().value()).isEqualTo("after " + i);
				one.open();
			}
		}
	}

	@Test
	void clientInAPartition() throws InterruptedException {
		admin.put(this.name, "one");
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.take().value()).isEqualTo("one");
			this.proxies.forEach(TcpProxy::refuse);
			admin.put(this.name, "two");
			admin.put(this.name, "three");
			assertThat(watcher.poll(Duration.ofMillis(500))).isNull();
			assertThat(value.get()).hasValue("one");
			this.proxies.forEach(TcpProxy::open);
			assertThat(watcher.take().value()).isEqualTo("three");
		}
	}

	@Test
	void earlyUse() throws InterruptedException {
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(value.get()).isEmpty();
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			assertThat(watcher.poll()).isNull();
			admin.put(this.name, "one");
			assertThat(watcher.take().value()).isEqualTo("one");
		}
	}

	@Test
	void remove() throws InterruptedException {
		admin.put(this.name, "one");
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.take().value()).isEqualTo("one");
			long revision = admin.delete(this.name);
			EtcdUpdate<String> update = watcher.take();
			assertThat(update.isDeletion()).isTrue();
			assertThat(update.value()).isNull();
			assertThat(update.revision()).isEqualTo(revision);
			assertThat(value.await(revision, PATIENCE)).isTrue();
			assertThat(value.get()).isEmpty();
		}
	}

	@Test
	void removeInARange() throws InterruptedException {
		admin.put(this.name + "/a", "one");
		admin.put(this.name + "/b", "two");
		try (EtcdValue<String> value = this.etcd.value(this.name + "/"); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(text(List.of(watcher.take(), watcher.take()))).containsExactlyInAnyOrder("a=one", "b=two");
			long revision = admin.delete(this.name + "/a");
			assertThat(text(List.of(watcher.take()))).containsExactly("a=null");
			assertThat(value.await(revision, PATIENCE)).isTrue();
			assertThat(value.snapshot().entries()).containsOnlyKeys(this.name + "/b");
		}
	}

	@Test
	void emptyRace() throws InterruptedException {
		for (int i = 0; i < 50; i++) {
			String key = this.name + i;
			try (EtcdValue<String> value = this.etcd.value(key); EtcdWatcher<String> watcher = value.watch()) {
				CompletableFuture<Long> write = CompletableFuture.supplyAsync(() -> admin.put(key, "one"));
				assertThat(watcher.poll(PATIENCE)).extracting(EtcdUpdate::value).isEqualTo("one");
				assertThat(write.join()).isPositive();
				assertThat(watcher.poll()).isNull();
			}
		}
	}

	@Test
	void decoderErrorsBetweenGoodValues() throws InterruptedException {
		EtcdDecoder<Integer> number = (key, bytes) -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8));
		admin.put(this.name, "1");
		try (EtcdValue<Integer> value = this.etcd.values().value(KeyRange.key(this.name), number);
				EtcdWatcher<Integer> watcher = value.watch()) {
			assertThat(value.get()).hasValue(1);
			assertThat(watcher.take().value()).isEqualTo(1);
			long revision = admin.put(this.name, "no number");
			assertThat(value.await(revision, PATIENCE)).isTrue();
			assertThat(value.get()).hasValue(1);
			admin.put(this.name, "2");
			assertThat(watcher.take().value()).isEqualTo(2);
		}
	}

	@Test
	void backlogOfAThousandUpdates() throws InterruptedException {
		try (EtcdValue<String> value = this.etcd.value(this.name + "/"); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			for (int i = 1; i <= 1_000; i++) {
				admin.put(this.name + "/key", "value " + i);
			}
			awaitDelivery(value);
			assertThat(text(List.of(watcher.take(), watcher.take()))).containsExactly("key=value 1000", "marker=");
			assertThat(watcher.poll()).isNull();
		}
	}

	@Test
	void rangeBacklog() throws InterruptedException {
		try (EtcdValue<String> value = this.etcd.value(this.name + "/"); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			for (int i = 0; i < 100; i++) {
				admin.put(this.name + "/" + (i % 10), "value " + i);
			}
			awaitDelivery(value);
			for (int i = 0; i < 10; i++) {
				assertThat(text(List.of(watcher.take()))).containsExactly(i + "=value 9" + i);
			}
			assertThat(text(List.of(watcher.take()))).containsExactly("marker=");
			assertThat(watcher.poll()).isNull();
		}
	}

	@Test
	void backlogOnly() throws InterruptedException {
		admin.put(this.name, "one");
		try (EtcdValue<String> value = this.etcd.value(this.name); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			assertThat(watcher.poll()).extracting(EtcdUpdate::value).isEqualTo("one");
			assertThat(watcher.poll()).isNull();
			admin.put(this.name, "two");
			assertThat(watcher.poll(PATIENCE)).extracting(EtcdUpdate::value).isEqualTo("two");
			assertThat(watcher.poll()).isNull();
		}
	}

	@Test
	void backlogOnlyOfARange() throws InterruptedException {
		Set<String> expected = new HashSet<>();
		for (int i = 0; i < 100; i++) {
			admin.put(this.name + "/" + i, "value");
			expected.add(this.name + "/" + i);
		}
		try (EtcdValue<String> value = this.etcd.value(this.name + "/"); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			Set<String> told = new HashSet<>();
			for (EtcdUpdate<String> update = watcher.poll(); update != null; update = watcher.poll()) {
				told.add(update.key());
			}
			assertThat(told).isEqualTo(expected);
		}
	}

	/**
	 * Waits until all consumers have what was written so far. The value has the marker no
	 * sooner than all have what came before.
	 */
	private void awaitDelivery(EtcdValue<String> value) throws InterruptedException {
		assertThat(value.await(admin.revision(), PATIENCE)).isTrue();
		assertThat(value.await(admin.put(this.name + "/marker", ""), PATIENCE)).isTrue();
	}

	private void assertInterruptible(EtcdWatcher<String> watcher) throws Exception {
		CompletableFuture<EtcdUpdate<String>> taken = new CompletableFuture<>();
		Thread consumer = new Thread(() -> {
			try {
				taken.complete(watcher.take());
			}
			catch (InterruptedException ex) {
				taken.completeExceptionally(ex);
			}
		});
		consumer.start();
		consumer.interrupt();
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> taken.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
			.withCauseInstanceOf(InterruptedException.class);
		consumer.join();
	}

	private List<String> text(List<EtcdUpdate<String>> updates) {
		return updates.stream()
			.map((update) -> update.key().substring(this.name.length() + 1) + "=" + update.value())
			.toList();
	}

}

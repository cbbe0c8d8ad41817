package org.etcdevent.consumer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.autoconfigure.EtcdWatchIntegrationTests;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.etcdevent.transport.TransportSettings;
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
 * What Monogon's event value gets wrong, and is right here. That a slow handler is told
 * the newest values alone is in {@code EtcdWatchIntegrationTests}.
 */
@Tag("every-etcd")
class RepairedBehaviourIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private static EtcdServer server;

	private static EtcdAdmin admin;

	private TcpProxy proxy;

	private FollowedEtcd etcd;

	/** A prefix of the test's own. */
	private String prefix;

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
	void follow(TestInfo test) {
		this.prefix = test.getTestMethod().orElseThrow().getName() + "/";
		this.proxy = new TcpProxy(server.port());
		this.etcd = new FollowedEtcd(this.proxy.endpoint());
	}

	@AfterEach
	void close() {
		this.etcd.close();
		this.proxy.close();
	}

	@Test
	@Tag("compaction-race")
	void tellsDeletionsThatWereCompactedAway() throws InterruptedException {
		admin.put(this.prefix + "a", "one");
		admin.put(this.prefix + "b", "two");
		try (Subscription<String> subscription = this.etcd.subscribe(this.prefix)) {
			handle(subscription, 2);
			this.proxy.refuse();
			long deleted = admin.delete(this.prefix + "a");
			compactBehind();
			this.proxy.open();
			EtcdUpdate<String> update = handle(subscription, 1).get(0);
			assertThat(update.key()).isEqualTo(this.prefix + "a");
			assertThat(update.isDeletion()).isTrue();
			assertThat(update.revision()).isGreaterThanOrEqualTo(deleted);
			assertThat(subscription.status().resyncs()).containsEntry("compacted", 1L);
		}
	}

	@Test
	@Tag("compaction-race")
	void tellsAfterAResyncWhatChangedAndNothingElse() throws Exception {
		admin.put(this.prefix + "a", "one");
		admin.put(this.prefix + "b", "two");
		admin.put(this.prefix + "c", "three");
		try (Subscription<String> subscription = this.etcd.subscribe(this.prefix)) {
			handle(subscription, 3);
			CompletableFuture<Delivery<String>> blocked = take(subscription);
			this.proxy.refuse();
			admin.put(this.prefix + "b", "changed");
			compactBehind();
			this.proxy.open();
			Delivery<String> woken = blocked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(woken.update().value()).isEqualTo("changed");
			subscription.handled(woken);
			assertThat(subscription.status().resyncs()).containsEntry("compacted", 1L);
			admin.put(this.prefix + "d", "four");
			assertThat(handle(subscription, 1)).extracting(EtcdUpdate::value).containsExactly("four");
		}
	}

	@Test
	void takesAnEmptyValueForAValue() throws InterruptedException {
		try (EtcdValue<String> value = this.etcd.value(this.prefix); EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			admin.put(this.prefix + "a", "");
			assertThat(watcher.poll(PATIENCE)).extracting(EtcdUpdate::value).isEqualTo("");
			admin.delete(this.prefix + "a");
			assertThat(watcher.take().isDeletion()).isTrue();
			admin.put(this.prefix + "b", "x");
			assertThat(watcher.take().value()).isEqualTo("x");
			long revision = admin.put(this.prefix + "b", "");
			EtcdUpdate<String> emptied = watcher.take();
			assertThat(emptied.isDeletion()).isFalse();
			assertThat(emptied.value()).isEmpty();
			assertThat(value.await(revision, PATIENCE)).isTrue();
			assertThat(value.get(this.prefix + "b")).hasValue("");
			assertThat(value.get(this.prefix + "a")).isEmpty();
			admin.delete(this.prefix + "b");
			assertThat(watcher.poll(PATIENCE)).extracting(EtcdUpdate::isDeletion).isEqualTo(true);
		}
	}

	@Test
	void closeWakesWhoWaits() throws Exception {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		try (EtcdValue<String> value = this.etcd.value(this.prefix)) {
			EtcdWatcher<String> watcher = value.watch();
			CompletableFuture<Long> cpu = new CompletableFuture<>();
			Thread consumer = new Thread(() -> {
				long before = threads.getCurrentThreadCpuTime();
				assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(watcher::take);
				assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(watcher::take);
				cpu.complete(threads.getCurrentThreadCpuTime() - before);
			});
			consumer.setUncaughtExceptionHandler((thread, ex) -> cpu.completeExceptionally(ex));
			consumer.start();
			Awaitility.await().until(consumer::getState, (state) -> state.name().endsWith("WAITING"));
			watcher.close();
			assertThat(cpu.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isLessThan(TimeUnit.SECONDS.toNanos(1));
			consumer.join();
		}
	}

	@Test
	void readsInPages() throws InterruptedException {
		TreeMap<String, String> entries = new TreeMap<>();
		for (int i = 0; i < 1_000; i++) {
			entries.put(this.prefix + i, "value " + i);
			if (entries.size() == 100) {
				admin.put(entries);
				entries.clear();
			}
		}
		TransportSettings connection = new TransportSettings(List.of(this.proxy.endpoint()), null, null, null);
		FeedSettings settings = new FeedSettings(Duration.ofSeconds(10), 100, 2_000);
		long before = rangeRequests();
		try (FollowedEtcd paging = new FollowedEtcd(connection, settings);
				EtcdValue<String> value = paging.value(this.prefix)) {
			assertThat(value.snapshot().entries()).hasSize(1_000);
			assertThat(rangeRequests() - before).isBetween(5L, 60L);
		}
	}

	@Test
	void keepsNothingOfWhatIsDeletedOrNotTaken() throws InterruptedException {
		try (EtcdValue<String> value = this.etcd.value(this.prefix);
				Subscription<String> subscription = this.etcd.subscribe(this.prefix)) {
			assertThat(subscription.awaitSynced(PATIENCE)).isTrue();
			TreeMap<String, String> entries = new TreeMap<>();
			for (int i = 0; i < 100; i++) {
				entries.put(this.prefix + i, "");
			}
			for (int i = 1; i <= 200; i++) {
				String text = "value " + i;
				entries.replaceAll((key, before) -> text);
				admin.put(entries);
			}
			Awaitility.await().atMost(PATIENCE).until(() -> subscription.status().received() == 20_000);
			assertThat(subscription.status().backlog()).isEqualTo(100);
			assertThat(subscription.status().coalesced()).isEqualTo(19_900);
			long revision = admin.deletePrefix(this.prefix);
			assertThat(value.await(revision, PATIENCE)).isTrue();
			Awaitility.await().atMost(PATIENCE).until(() -> subscription.status().backlog() == 0);
			assertThat(value.snapshot().entries()).isEmpty();
		}
	}

	/**
	 * Forgets all history but that of a later key: servers before 3.5.18 lose a deletion
	 * at the very revision of the compaction.
	 */
	private void compactBehind() {
		admin.put("later", this.prefix);
		admin.compact(admin.put("later", this.prefix + " again"));
	}

	private static CompletableFuture<Delivery<String>> take(Subscription<String> subscription) {
		CompletableFuture<Delivery<String>> taken = new CompletableFuture<>();
		Thread consumer = new Thread(() -> {
			try {
				taken.complete(subscription.take());
			}
			catch (Exception ex) {
				taken.completeExceptionally(ex);
			}
		});
		consumer.start();
		Awaitility.await().until(consumer::getState, (state) -> state.name().endsWith("WAITING"));
		return taken;
	}

	private static List<EtcdUpdate<String>> handle(Subscription<String> subscription, int count)
			throws InterruptedException {
		List<EtcdUpdate<String>> updates = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Delivery<String> delivery = subscription.poll(PATIENCE);
			assertThat(delivery).isNotNull();
			subscription.handled(delivery);
			updates.add(delivery.update());
		}
		return updates;
	}

	/** As etcd itself counts them. */
	private static long rangeRequests() {
		return server.meter("grpc_server_started_total\\{grpc_method=\"Range\"[^}]*}");
	}

}

package org.etcdevent.feed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.consumer.Subscription;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.etcdevent.transport.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong in production, done to a server of one's own: nothing is lost, and
 * nobody has to do anything.
 */
@Tag("every-etcd")
@ExtendWith(OutputCaptureExtension.class)
class FaultIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	/** An outage of any length makes no difference. */
	private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("outage.seconds", 4));

	private EtcdServer server;

	private EtcdAdmin admin;

	private TcpProxy proxy;

	private FollowedEtcd etcd;

	private EtcdValue<String> value;

	private EtcdWatcher<String> watcher;

	/** What the watcher told. */
	private final Map<String, String> told = new HashMap<>();

	@BeforeEach
	void follow() throws InterruptedException {
		this.server = EtcdServer.create();
		this.admin = new EtcdAdmin(this.server);
		this.proxy = new TcpProxy(this.server.port());
		this.admin.put("keys/stays", "as it is");
		this.admin.put("keys/changes", "before");
		this.admin.put("keys/goes", "soon");
		follow(FeedSettings.defaults());
	}

	private void follow(FeedSettings settings) throws InterruptedException {
		TransportSettings connection = new TransportSettings(List.of(this.proxy.endpoint()), null, null, null);
		this.etcd = new FollowedEtcd(connection, settings);
		this.value = this.etcd.value("keys/");
		this.watcher = this.value.watch();
		for (int i = 0; i < 3; i++) {
			tell(this.watcher.poll(PATIENCE));
		}
		Awaitility.await().until(() -> this.value.freshness().state() == EtcdWatchState.LIVE);
	}

	@AfterEach
	void close() {
		this.watcher.close();
		this.value.close();
		this.etcd.close();
		this.proxy.close();
		this.admin.close();
		this.server.close();
	}

	@Test
	void etcdIsKilledAndStartedAgain() throws InterruptedException {
		this.server.kill();
		Awaitility.await().until(() -> this.value.freshness().state() == EtcdWatchState.RECONNECTING);
		assertThat(this.value.get("keys/stays")).hasValue("as it is");
		this.server.start();
		changeAll();
		assertChangesAreTold();
	}

	@Test
	void aNetworkThatTakesThreeHundredMillisecondsEachWay() throws InterruptedException {
		this.proxy.delay(Duration.ofMillis(300));
		this.proxy.cut();
		Awaitility.await().until(() -> this.value.freshness().state() == EtcdWatchState.RECONNECTING);
		changeAll();
		assertChangesAreTold();
		Awaitility.await().atMost(PATIENCE).until(() -> this.value.freshness().state() == EtcdWatchState.LIVE);
		try (EtcdValue<String> another = this.etcd.value("keys/stays")) {
			assertThat(another.get()).hasValue("as it is");
		}
	}

	@Test
	void isLiveWithinTwoSecondsFromTheMomentThatEtcdAnswersAgain() throws InterruptedException {
		this.server.kill();
		Awaitility.await("the outage to last")
			.pollDelay(OUTAGE)
			.atMost(OUTAGE.plus(PATIENCE))
			.until(() -> this.value.freshness().state() == EtcdWatchState.RECONNECTING);
		this.server.start();
		long begin = System.nanoTime();
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.value.freshness().state() == EtcdWatchState.LIVE);
		Duration time = Duration.ofNanos(System.nanoTime() - begin);
		System.out.println("live " + time.toMillis() + " ms after an outage of " + OUTAGE);
		assertThat(time).isLessThan(Duration.ofSeconds(2));
		// The one that was there needs its time after a long outage.
		this.admin.close();
		this.admin = new EtcdAdmin(this.server);
		changeAll();
		assertChangesAreTold();
	}

	@Test
	void anOutageIsOneWarningAndOneInformation(CapturedOutput output) throws InterruptedException {
		try (EtcdValue<String> other = this.etcd.value("other/")) {
			Awaitility.await().until(() -> other.freshness().state() == EtcdWatchState.LIVE);
			this.server.kill();
			Awaitility.await().until(() -> output.getOut().contains("WARN"));
			this.server.start();
			changeAll();
			assertChangesAreTold();
			Awaitility.await().until(() -> other.freshness().state() == EtcdWatchState.LIVE);
			List<String> lines = output.getOut().lines().filter((line) -> line.contains("org.etcdevent")).toList();
			assertThat(lines).hasSize(2);
			assertThat(lines.get(0)).contains("WARN", "at 127.0.0.1:" + this.proxy.endpoint().getPort())
				.doesNotContain("TLS");
			assertThat(lines.get(1)).contains("INFO", "restored");
			assertThat(output.getOut()).doesNotContain("as it is", "before");
		}
	}

	@Test
	void theConnectionIsCutAgainAndAgain() throws InterruptedException {
		AtomicBoolean done = new AtomicBoolean();
		AtomicInteger written = new AtomicInteger();
		CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
			while (!done.get()) {
				int number = written.incrementAndGet();
				this.admin.put("keys/" + (number % 50), "value " + number);
			}
		});
		for (int i = 0; i < 20; i++) {
			int next = written.get() + 20;
			Awaitility.await().until(() -> written.get() >= next);
			this.proxy.cut();
		}
		done.set(true);
		writer.join();
		long last = changeAll();
		Map<String, Integer> newest = new HashMap<>();
		while (!"after".equals(this.told.get("keys/changes")) || this.told.containsKey("keys/goes")
				|| this.value.freshness().revision() < last) {
			EtcdUpdate<String> update = this.watcher.poll(PATIENCE);
			tell(update);
			if (!update.isDeletion() && update.value().startsWith("value ")) {
				int number = Integer.parseInt(update.value().substring(6));
				assertThat(number).isGreaterThan(newest.getOrDefault(update.key(), 0));
				newest.put(update.key(), number);
			}
		}
		for (EtcdUpdate<String> rest = this.watcher.poll(); rest != null; rest = this.watcher.poll()) {
			tell(rest);
		}
		assertThat(this.told).isEqualTo(this.value.snapshot().entries());
		for (int number = written.get(); number > written.get() - 50; number--) {
			assertThat(this.told).containsEntry("keys/" + (number % 50), "value " + number);
		}
	}

	@Test
	@Tag("compaction-race")
	void historyIsCompactedWhileAway() throws InterruptedException {
		this.proxy.refuse();
		Awaitility.await().until(() -> this.value.freshness().state() == EtcdWatchState.RECONNECTING);
		changeAll();
		this.admin.compact(this.admin.put("other", "key"));
		this.proxy.open();
		assertChangesAreTold();
	}

	@Test
	void theConnectionGoesSilent() throws InterruptedException {
		this.etcd.close();
		this.told.clear();
		follow(new FeedSettings(Duration.ofSeconds(2), 10_000, 8 << 20));
		this.proxy.silence();
		changeAll();
		// Sooner than the keep-alive of the connection, which takes 13 s.
		Awaitility.await()
			.atMost(Duration.ofSeconds(9))
			.until(() -> this.value.freshness().age().compareTo(Duration.ofSeconds(2)) > 0
					&& this.value.freshness().state() != EtcdWatchState.LIVE);
		this.proxy.open();
		assertChangesAreTold();
	}

	@Test
	void etcdIsFrozenForLongerThanTheLivenessTimeout() throws InterruptedException {
		this.etcd.close();
		this.told.clear();
		follow(new FeedSettings(Duration.ofSeconds(2), 10_000, 8 << 20));
		this.server.freeze();
		Awaitility.await()
			.atMost(Duration.ofSeconds(9))
			.until(() -> this.value.freshness().state() != EtcdWatchState.LIVE);
		this.server.thaw();
		changeAll();
		assertChangesAreTold();
	}

	@Test
	void whatWasMissedArrivesForLongerThanTheLivenessTimeout() throws InterruptedException {
		this.etcd.close();
		this.told.clear();
		follow(new FeedSettings(Duration.ofSeconds(2), 10_000, 8 << 20));
		this.proxy.refuse();
		Awaitility.await().until(() -> this.value.freshness().state() == EtcdWatchState.RECONNECTING);
		Map<String, String> newest = new HashMap<>();
		for (int i = 0; i < 300; i++) {
			String text = i + "x".repeat(128);
			IntStream.range(0, 100).forEach((key) -> newest.put("keys/" + key, text));
			this.admin.put(newest);
		}
		changeAll();
		newest.put("keys/stays", "as it is");
		newest.put("keys/changes", "after");
		this.proxy.open();
		this.proxy.throttle(1_000_000);
		// Some 5 MB in one message.
		try (Subscription<String> beside = this.etcd.subscribe("keys/")) {
			while (!this.told.equals(newest)) {
				tell(this.watcher.poll(PATIENCE));
			}
			assertThat(beside.status().resyncs()).isEmpty();
			assertThat(beside.status().reconnects()).isEqualTo(1);
		}
	}

	@Test
	void etcdIsRestoredFromABackup() throws InterruptedException {
		this.server.kill();
		Path backup = this.server.backUp();
		this.server.start();
		assertRestoreIsTold(() -> this.server.restore(backup));
	}

	@Test
	void etcdIsRestoredFromASnapshot(@TempDir Path folder) throws InterruptedException {
		Path snapshot = folder.resolve("snapshot");
		this.admin.snapshot(snapshot);
		assertRestoreIsTold(() -> this.server.restoreSnapshot(snapshot));
	}

	private void assertRestoreIsTold(Runnable restore) throws InterruptedException {
		changeAll();
		assertChangesAreTold();
		this.admin.put("keys/new", "unknown to the backup");
		tell(this.watcher.poll(PATIENCE));
		this.server.kill();
		restore.run();
		this.server.start();
		while (!this.told.equals(Map.of("keys/stays", "as it is", "keys/changes", "before", "keys/goes", "soon"))) {
			EtcdUpdate<String> update = this.watcher.poll(PATIENCE);
			assertThat(update).isNotNull();
			assertThat(update.key()).isNotEqualTo("keys/stays");
			tell(update);
		}
		assertThat(this.value.snapshot().entries()).isEqualTo(this.told);
	}

	/** One key changes, one goes, and one stays. */
	private long changeAll() {
		this.admin.put("keys/changes", "in between");
		this.admin.put("keys/changes", "after");
		return this.admin.delete("keys/goes");
	}

	private void assertChangesAreTold() throws InterruptedException {
		TreeMap<String, Integer> calls = new TreeMap<>();
		while (!this.told.equals(Map.of("keys/stays", "as it is", "keys/changes", "after"))) {
			EtcdUpdate<String> update = this.watcher.poll(PATIENCE);
			assertThat(update).isNotNull();
			calls.merge(update.key(), 1, Integer::sum);
			tell(update);
		}
		assertThat(calls).containsOnlyKeys("keys/changes", "keys/goes").containsEntry("keys/goes", 1);
		assertThat(this.watcher.poll()).isNull();
	}

	private void tell(EtcdUpdate<String> update) {
		assertThat(update).isNotNull();
		if (update.isDeletion()) {
			this.told.remove(update.key());
		}
		else {
			this.told.put(update.key(), update.value());
		}
	}

}

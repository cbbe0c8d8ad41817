package org.etcdevent.feed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdProxy;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.transport.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With an {@code etcd grpc-proxy} in between, which names watches as it likes, answers no
 * request for progress, and merges watches of the same range.
 */
@Tag("every-etcd")
@ExtendWith(OutputCaptureExtension.class)
class GrpcProxyIntegrationTests {

	private static final Duration LIVENESS = Duration.ofSeconds(2);

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private EtcdServer server;

	private EtcdAdmin admin;

	private EtcdProxy proxy;

	private FollowedEtcd etcd;

	private EtcdValue<String> value;

	@BeforeEach
	void follow() {
		this.server = EtcdServer.create();
		this.admin = new EtcdAdmin(this.server);
		this.admin.put("keys/stays", "as it is");
		this.admin.put("keys/changes", "before");
		this.admin.put("keys/goes", "soon");
		this.proxy = EtcdProxy.create(List.of(this.server.endpoint()));
		this.etcd = anApplication();
		this.value = this.etcd.value("keys/");
		awaitLive(this.value);
	}

	private FollowedEtcd anApplication() {
		TransportSettings connection = new TransportSettings(List.of(this.proxy.endpoint()), null, null, null);
		return new FollowedEtcd(connection, new FeedSettings(LIVENESS, 10_000, 8 << 20));
	}

	@AfterEach
	void close() {
		this.value.close();
		this.etcd.close();
		this.proxy.close();
		this.admin.close();
		this.server.close();
	}

	@Test
	void firstTheStateThenTheChanges() throws InterruptedException {
		try (EtcdWatcher<String> watcher = this.value.watch()) {
			Map<String, String> told = new HashMap<>();
			for (int i = 0; i < 3; i++) {
				EtcdUpdate<String> update = watcher.poll(PATIENCE);
				told.put(update.key(), update.value());
			}
			assertThat(told).containsOnlyKeys("keys/stays", "keys/changes", "keys/goes");
			this.admin.put("keys/changes", "after");
			assertThat(watcher.poll(PATIENCE).value()).isEqualTo("after");
			this.admin.delete("keys/goes");
			assertThat(watcher.poll(PATIENCE).isDeletion()).isTrue();
			assertThat(watcher.poll()).isNull();
		}
	}

	@Test
	void manyRangesAreToldApart() {
		List<EtcdValue<String>> values = IntStream.range(0, 50)
			.mapToObj((number) -> this.etcd.value("many/" + number))
			.toList();
		values.forEach(this::awaitLive);
		for (int i = 0; i < 50; i++) {
			this.admin.put("many/" + i, "value " + i);
		}
		for (int i = 0; i < 50; i++) {
			awaitEntries(values.get(i), Map.of("many/" + i, "value " + i));
		}
		values.subList(0, 25).forEach(EtcdValue::close);
		this.admin.put("many/30", "other");
		awaitEntries(values.get(30), Map.of("many/30", "other"));
		values.subList(25, 50).forEach(EtcdValue::close);
	}

	@Test
	void rangesThatOverlapAndApplicationsThatFollowTheSameAreAllTold() {
		try (EtcdValue<String> one = this.etcd.value("keys/changes");
				EtcdValue<String> all = this.etcd.value("*");
				FollowedEtcd other = anApplication();
				EtcdValue<String> same = other.value("keys/")) {
			awaitLive(one);
			awaitLive(all);
			awaitLive(same);
			this.admin.put("keys/changes", "after");
			this.admin.delete("keys/goes");
			Map<String, String> expected = Map.of("keys/stays", "as it is", "keys/changes", "after");
			awaitEntries(one, Map.of("keys/changes", "after"));
			awaitEntries(all, expected);
			awaitEntries(same, expected);
			awaitEntries(this.value, expected);
		}
	}

	@Test
	void staysLiveAndConfirmedWhileNothingHappens(CapturedOutput output) {
		long begun = System.nanoTime();
		// Written elsewhere: no events, and no progress either.
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.failFast("it is not live", () -> this.value.freshness().state() != EtcdWatchState.LIVE)
			.failFast("it is not confirmed", () -> this.value.freshness().age().compareTo(LIVENESS) > 0)
			.until(() -> this.admin.put("other", "key") > 0
					&& System.nanoTime() - begun > LIVENESS.multipliedBy(4).toNanos());
		assertThat(output.getOut()).doesNotContain("WARN");
	}

	@Test
	void theProxyIsKilledAndStartedAgain() {
		this.proxy.kill();
		awaitState(this.value, EtcdWatchState.RECONNECTING);
		changeAll();
		this.proxy.start();
		awaitChanges();
	}

	@Test
	void etcdIsKilledAndStartedAgainBehindTheProxy() {
		this.server.kill();
		Awaitility.await().atMost(PATIENCE).until(() -> this.value.freshness().state() != EtcdWatchState.LIVE);
		this.server.start();
		changeAll();
		awaitChanges();
		awaitLive(this.value);
	}

	@Test
	void etcdIsSetBackBehindTheProxy() {
		this.server.kill();
		Path backup = this.server.backUp();
		this.server.start();
		changeAll();
		awaitChanges();
		this.server.kill();
		this.server.restore(backup);
		this.server.start();
		awaitEntries(this.value, Map.of("keys/stays", "as it is", "keys/changes", "before", "keys/goes", "soon"));
		this.admin.put("keys/new", "one");
		Awaitility.await().atMost(PATIENCE).until(() -> this.value.get("keys/new").isPresent());
	}

	@Test
	@Tag("compaction-race")
	void historyIsCompactedWhileAway() {
		try (FollowedEtcd other = anApplication(); EtcdValue<String> same = other.value("keys/")) {
			awaitLive(same);
			this.proxy.kill();
			awaitState(this.value, EtcdWatchState.RECONNECTING);
			awaitState(same, EtcdWatchState.RECONNECTING);
			changeAll();
			this.admin.compact(this.admin.put("other", "key"));
			this.proxy.start();
			awaitChanges();
			// What is over must not be what the next watch is merged with.
			this.admin.put("keys/stays", "no more");
			Map<String, String> expected = Map.of("keys/stays", "no more", "keys/changes", "after");
			awaitEntries(this.value, expected);
			awaitEntries(same, expected);
		}
	}

	/** One key changes, one goes, and one stays. */
	private void changeAll() {
		this.admin.put("keys/changes", "in between");
		this.admin.put("keys/changes", "after");
		this.admin.delete("keys/goes");
	}

	private void awaitChanges() {
		awaitEntries(this.value, Map.of("keys/stays", "as it is", "keys/changes", "after"));
	}

	private void awaitEntries(EtcdValue<String> followed, Map<String, String> expected) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(followed.snapshot().entries()).isEqualTo(expected));
	}

	private void awaitLive(EtcdValue<String> followed) {
		awaitState(followed, EtcdWatchState.LIVE);
	}

	private void awaitState(EtcdValue<String> followed, EtcdWatchState state) {
		Awaitility.await().atMost(PATIENCE).until(() -> followed.freshness().state() == state);
	}

}

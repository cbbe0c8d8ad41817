package org.etcdevent.autoconfigure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What comes and goes a thousand times leaves nothing behind, here and in etcd.
 */
class LeakIntegrationTests {

	private static final int TIMES = 1_000;

	/** What is kept of a container, its feed, or a thread is more than this. */
	private static final long KEPT_BYTES = 1_024;

	@Test
	void valuesThatComeAndGoLeaveNoWatchAndNoThread() throws InterruptedException {
		try (EtcdServer server = EtcdServer.create();
				EtcdAdmin admin = new EtcdAdmin(server);
				FollowedEtcd etcd = new FollowedEtcd(server.endpoint());
				EtcdValue<String> steady = etcd.value("steady")) {
			admin.put("steady", "one");
			Awaitility.await().until(() -> watchers(server) == 1);
			long threads = ownThreads();
			for (int i = 0; i < TIMES; i++) {
				try (EtcdValue<String> value = etcd.value("key" + i); EtcdWatcher<String> watcher = value.watch()) {
					if (i % 10 == 0) {
						assertThat(watcher.awaitSynced(FollowedEtcd.PATIENCE)).isTrue();
					}
				}
			}
			Awaitility.await().atMost(FollowedEtcd.PATIENCE).until(() -> watchers(server) == 1);
			assertThat(ownThreads()).isLessThanOrEqualTo(threads);
			assertThat(server.watchStreams()).isOne();
			long revision = admin.put("steady", "two");
			assertThat(steady.await(revision, Duration.ofSeconds(5))).isTrue();
		}
	}

	@Test
	void applicationsThatComeAndGoLeaveNoConnectionAndNoThread() {
		long threads = ownThreads();
		try (EtcdServer server = EtcdServer.create()) {
			for (int i = 0; i < 50; i++) {
				try (FollowedEtcd etcd = new FollowedEtcd(server.endpoint());
						EtcdValue<String> value = etcd.value("a/")) {
					assertThat(value.snapshot().entries()).isEmpty();
				}
			}
			Awaitility.await().until(() -> watchers(server) == 0 && server.watchStreams() == 0);
		}
		Awaitility.await().until(() -> ownThreads() <= threads);
	}

	@Test
	void containersThatComeAndGoLeaveNoWatchAndNoThreadAndNoMemory() {
		try (EtcdServer server = EtcdServer.create(); EtcdAdmin admin = new EtcdAdmin(server)) {
			admin.put("leak/a", "one");
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class))
				.withPropertyValues("etcd.event.endpoints=" + server.endpoint())
				.run((context) -> {
					EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
					// The first ones load classes and fill caches.
					comeAndGo(registry, TIMES / 4);
					long threads = ownThreads();
					long memory = usedMemory();
					comeAndGo(registry, TIMES);
					Awaitility.await().atMost(FollowedEtcd.PATIENCE).until(() -> watchers(server) == 0);
					Awaitility.await().atMost(FollowedEtcd.PATIENCE).until(() -> ownThreads() <= threads);
					assertThat(server.watchStreams()).isLessThanOrEqualTo(1);
					assertThat(usedMemory() - memory).isLessThan(TIMES * KEPT_BYTES);
				});
		}
	}

	private static void comeAndGo(EtcdWatchRegistry registry, int times) {
		for (int i = 0; i < times; i++) {
			AtomicInteger calls = new AtomicInteger();
			registry.register(EtcdWatchRegistration.of("leak" + i, KeyRange.prefix("leak/"), String.class)
				.onUpdate((update) -> calls.incrementAndGet()));
			if (i % 10 == 0) {
				Awaitility.await().atMost(FollowedEtcd.PATIENCE).until(() -> calls.get() == 1);
			}
			registry.remove("leak" + i);
		}
	}

	/** What is left after a garbage collection, the least of several. */
	private static long usedMemory() {
		return LongStream.generate(() -> {
			System.gc();
			return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
		}).limit(5).min().orElseThrow();
	}

	private static long ownThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("etcd-"))
			.count();
	}

	private static long watchers(EtcdServer server) {
		return server.meter("etcd_debugging_mvcc_watcher_total");
	}

}

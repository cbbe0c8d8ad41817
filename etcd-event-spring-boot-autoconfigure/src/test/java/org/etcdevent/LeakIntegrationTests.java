package org.etcdevent;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What comes and goes a thousand times leaves nothing behind, here and in etcd.
 */
class LeakIntegrationTests {

	private static final int TIMES = 1_000;

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@Test
	void valuesThatComeAndGoLeaveNoWatchAndNoThread() throws IOException, InterruptedException {
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
			assertThat(streams(server)).isOne();
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
			Awaitility.await().until(() -> watchers(server) == 0 && streams(server) == 0);
		}
		Awaitility.await().until(() -> ownThreads() <= threads);
	}

	private static long ownThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("etcd-"))
			.count();
	}

	private static long watchers(EtcdServer server) throws IOException, InterruptedException {
		return metric(server, "etcd_debugging_mvcc_watcher_total (\\d+)");
	}

	/** Open watch calls. */
	private static long streams(EtcdServer server) throws IOException, InterruptedException {
		return metric(server, "etcd_debugging_mvcc_watch_stream_total (\\d+)");
	}

	private static long metric(EtcdServer server, String pattern) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(server.endpoint().resolve("/metrics")).build();
		String text = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
		Matcher value = Pattern.compile("(?m)^" + pattern + "$").matcher(text);
		if (!value.find()) {
			throw new IllegalStateException("etcd has no meter " + pattern);
		}
		return Long.parseLong(value.group(1));
	}

}

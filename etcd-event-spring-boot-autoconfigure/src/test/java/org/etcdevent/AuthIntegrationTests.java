package org.etcdevent;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import org.awaitility.Awaitility;
import org.etcdevent.core.Subscription;
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
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An etcd that asks who one is, with tokens that live for two seconds.
 */
class AuthIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private static EtcdServer server;

	private static Client root;

	private TcpProxy proxy;

	@BeforeAll
	static void startServer() {
		server = EtcdServer.create("--auth-token-ttl", "2");
		try (EtcdAdmin admin = new EtcdAdmin(server)) {
			Auth auth = admin.client().getAuthClient();
			EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("secret")));
			EtcdAdmin.get(auth.userGrantRole(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("root")));
			EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes("app"), EtcdAdmin.bytes("s3same")));
			EtcdAdmin.get(auth.roleAdd(EtcdAdmin.bytes("reader")));
			EtcdAdmin.get(auth.userGrantRole(EtcdAdmin.bytes("app"), EtcdAdmin.bytes("reader")));
			EtcdAdmin.get(auth.authEnable());
		}
		root = Client.builder()
			.endpoints(server.endpoint())
			.user(EtcdAdmin.bytes("root"))
			.password(EtcdAdmin.bytes("secret"))
			.build();
		grant("mine/", "mine0");
	}

	@AfterAll
	static void stopServer() {
		root.close();
		server.close();
	}

	@BeforeEach
	void connect() {
		this.proxy = new TcpProxy(server.port());
	}

	@AfterEach
	void disconnect() {
		this.proxy.close();
	}

	@Test
	void goesOnWhenTheTokenHasExpired() throws InterruptedException {
		try (FollowedEtcd etcd = follow("app", "s3same");
				EtcdValue<String> value = etcd.value("mine/token");
				EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			long revision = put("mine/token", "one");
			assertThat(watcher.take().value()).isEqualTo("one");
			Awaitility.await("the token to expire").pollDelay(Duration.ofSeconds(4)).until(() -> true);
			this.proxy.cut();
			put("mine/token", "two");
			assertThat(watcher.poll(PATIENCE)).extracting(EtcdUpdate::value).isEqualTo("two");
			assertThat(value.freshness().revision()).isGreaterThan(revision);
		}
	}

	@Test
	void aForbiddenRangeDisturbsNoOther() throws InterruptedException {
		try (FollowedEtcd etcd = follow("app", "s3same");
				Subscription<String> forbidden = etcd.subscribe("yours/");
				EtcdValue<String> value = etcd.value("mine/other");
				EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			put("mine/other", "one");
			assertThat(watcher.poll(PATIENCE)).extracting(EtcdUpdate::value).isEqualTo("one");
			Awaitility.await().until(() -> forbidden.status().lastError() != null);
			assertThat(forbidden.isSynced()).isFalse();
			assertThat(forbidden.status().lastError()).contains("PERMISSION_DENIED").doesNotContain("s3same");
			put("yours/a", "two");
			grant("yours/", "yours0");
			assertThat(forbidden.poll(PATIENCE).update().value()).isEqualTo("two");
			assertThat(value.freshness().state()).isEqualTo(EtcdWatchState.LIVE);
		}
	}

	@Test
	void aWrongPasswordIsToldAndTriedAgain() throws InterruptedException {
		try (FollowedEtcd etcd = follow("late", "s3same");
				Subscription<String> subscription = etcd.subscribe("late/")) {
			Awaitility.await().until(() -> subscription.status().lastError() != null);
			assertThat(subscription.status().lastError()).contains("late").doesNotContain("s3same");
			Auth auth = root.getAuthClient();
			EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes("late"), EtcdAdmin.bytes("s3same")));
			EtcdAdmin.get(auth.userGrantRole(EtcdAdmin.bytes("late"), EtcdAdmin.bytes("root")));
			put("late/a", "one");
			assertThat(subscription.poll(PATIENCE).update().value()).isEqualTo("one");
		}
	}

	private FollowedEtcd follow(String user, String password) {
		List<URI> endpoints = List.of(this.proxy.endpoint());
		return new FollowedEtcd(new TransportSettings(endpoints, user, password, null), FeedSettings.defaults());
	}

	private static void grant(String from, String to) {
		ByteSequence start = EtcdAdmin.bytes(from);
		EtcdAdmin.get(root.getAuthClient()
			.roleGrantPermission(EtcdAdmin.bytes("reader"), start, EtcdAdmin.bytes(to), Permission.Type.READ));
	}

	private static long put(String key, String value) {
		return EtcdAdmin.get(root.getKVClient().put(EtcdAdmin.bytes(key), EtcdAdmin.bytes(value)))
			.getHeader()
			.getRevision();
	}

}

package org.etcdevent.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.WatchStatus;
import org.etcdevent.consumer.StatusSource;
import org.etcdevent.consumer.Subscription;
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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An etcd that asks who one is, with tokens that live for five seconds.
 */
@Tag("every-etcd")
class AuthIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	private static final Duration TOKEN_LIFETIME = Duration.ofSeconds(5);

	private static final int MANY = 50;

	private static EtcdServer server;

	private static Client root;

	private TcpProxy proxy;

	@BeforeAll
	static void startServer() {
		server = EtcdServer.create("--auth-token-ttl", Long.toString(TOKEN_LIFETIME.toSeconds()));
		try (EtcdAdmin admin = new EtcdAdmin(server)) {
			Auth auth = admin.client().getAuthClient();
			EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("secret")));
			EtcdAdmin.get(auth.userGrantRole(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("root")));
			EtcdAdmin.get(auth.authEnable());
		}
		root = Client.builder()
			.endpoints(server.endpoint())
			.user(EtcdAdmin.bytes("root"))
			.password(EtcdAdmin.bytes("secret"))
			.build();
		addUser("app", "s3same");
		grant("app", "mine/");
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
	void goesOnThroughTheLivesOfThreeTokens() throws InterruptedException {
		try (FollowedEtcd etcd = follow("app", "s3same");
				EtcdValue<String> value = etcd.value("mine/token");
				EtcdWatcher<String> watcher = value.watch()) {
			assertThat(watcher.awaitSynced(PATIENCE)).isTrue();
			for (int life = 1; life <= 3; life++) {
				Awaitility.await("the token to expire").pollDelay(TOKEN_LIFETIME.plusSeconds(1)).until(() -> true);
				if (life == 2) {
					this.proxy.cut();
				}
				put("mine/token", "in life " + life);
				assertThat(watcher.poll(PATIENCE)).extracting(EtcdUpdate::value).isEqualTo("in life " + life);
				put("mine/new" + life, "read");
				try (EtcdValue<String> another = etcd.value("mine/new" + life)) {
					assertThat(another.get()).hasValue("read");
				}
			}
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
			grant("app", "yours/");
			assertThat(forbidden.poll(PATIENCE).update().value()).isEqualTo("two");
			assertThat(value.freshness().state()).isEqualTo(EtcdWatchState.LIVE);
		}
	}

	@Test
	void aPermissionThatIsRevokedAndGrantedAgain() throws InterruptedException {
		grant("app", "lent/");
		try (FollowedEtcd etcd = follow("app", "s3same");
				EtcdValue<String> lent = etcd.value("lent/");
				EtcdValue<String> other = etcd.value("mine/lender")) {
			awaitLive(lent);
			awaitLive(other);
			revoke("app", "lent/");
			// etcd asks for permissions when a watch begins; newer ones end it as well.
			long revision = put("lent/a", "one");
			this.proxy.cut();
			WatchStatus refused = Awaitility.await("the range to be refused")
				.atMost(PATIENCE)
				.until(((StatusSource) lent)::status,
						(status) -> String.valueOf(status.lastError()).contains("ermission denied"));
			assertThat(refused.state()).isNotEqualTo(EtcdWatchState.LIVE);
			assertThat(other.await(put("mine/lender", "here"), PATIENCE)).isTrue();
			awaitLive(other);
			assertThat(lent.freshness().state()).isNotEqualTo(EtcdWatchState.LIVE);
			revision = Math.max(revision, put("lent/a", "two"));
			grant("app", "lent/");
			assertThat(lent.await(revision, PATIENCE)).isTrue();
			awaitLive(lent);
			assertThat(lent.get("lent/a")).hasValue("two");
		}
	}

	@Test
	void aPasswordThatIsChangedUnderWay() throws InterruptedException {
		addUser("forgetful", "s3same");
		grant("forgetful", "mine/");
		try (FollowedEtcd etcd = follow("forgetful", "s3same");
				FollowedEtcd etcdOfAnother = follow("app", "s3same");
				EtcdValue<String> value = etcd.value("mine/password");
				EtcdValue<String> another = etcdOfAnother.value("mine/password")) {
			awaitLive(value);
			awaitLive(another);
			changePassword("forgetful", "0therwise");
			this.proxy.cut();
			long revision = put("mine/password", "changed");
			WatchStatus refused = Awaitility.await("the password to be refused")
				.atMost(PATIENCE)
				.until(((StatusSource) value)::status,
						(status) -> String.valueOf(status.lastError()).contains("forgetful"));
			assertThat(refused.state()).isNotEqualTo(EtcdWatchState.LIVE);
			assertThat(refused.lastError()).doesNotContain("s3same");
			assertThat(another.await(revision, PATIENCE)).isTrue();
			changePassword("forgetful", "s3same");
			assertThat(value.await(revision, PATIENCE)).isTrue();
			awaitLive(value);
			assertThat(value.get()).hasValue("changed");
		}
	}

	@Test
	void aWrongPasswordIsToldAndTriedAgain() throws InterruptedException {
		try (FollowedEtcd etcd = follow("late", "s3same");
				Subscription<String> subscription = etcd.subscribe("late/")) {
			Awaitility.await().until(() -> subscription.status().lastError() != null);
			assertThat(subscription.status().lastError()).contains("late").doesNotContain("s3same");
			addUser("late", "s3same");
			grant("late", "late/");
			put("late/a", "one");
			assertThat(subscription.poll(PATIENCE).update().value()).isEqualTo("one");
		}
	}

	@Test
	void aPasswordThatIsCorrectedInEtcdIsTakenWithinThirtyTwoSeconds() {
		addUser("corrected", "0therwise");
		grant("corrected", "mine/");
		try (FollowedEtcd etcd = follow("corrected", "s3same");
				EtcdValue<String> value = etcd.value("mine/corrected")) {
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> String.valueOf(((StatusSource) value).status().lastError()).contains("corrected"));
			changePassword("corrected", "s3same");
			Awaitility.await()
				.atMost(Duration.ofSeconds(32))
				.until(() -> value.freshness().state() == EtcdWatchState.LIVE);
		}
	}

	@Test
	void credentialsThatAreRotatedAreTakenByTheNextConnection() {
		addUser("before", "s3same");
		grant("before", "mine/");
		addUser("after", "s3same");
		grant("after", "mine/");
		List<URI> endpoints = List.of(this.proxy.endpoint());
		AtomicReference<TransportSettings> connection = new AtomicReference<>(
				new TransportSettings(endpoints, "before", "s3same", null));
		try (FollowedEtcd etcd = new FollowedEtcd(connection::get, FeedSettings.defaults());
				EtcdValue<String> value = etcd.value("mine/rotated")) {
			awaitLive(value);
			connection.set(new TransportSettings(endpoints, "after", "s3same", null));
			asRoot((auth) -> auth.userDelete(EtcdAdmin.bytes("before")));
			this.proxy.cut();
			long revision = put("mine/rotated", "by another");
			Awaitility.await().atMost(PATIENCE).until(() -> value.await(revision, PATIENCE));
			awaitLive(value);
		}
	}

	@Test
	void refusedCredentialsCostFewLoginsHoweverManyRangesAndOthersAreTriedAtOnce() {
		addUser("refused", "s3same");
		grant("refused", "mine/");
		List<URI> endpoints = List.of(this.proxy.endpoint());
		AtomicReference<TransportSettings> connection = new AtomicReference<>(
				new TransportSettings(endpoints, "refused", "wr0ng", null));
		long before = logins(server);
		List<EtcdValue<String>> values = new ArrayList<>();
		try (FollowedEtcd etcd = new FollowedEtcd(connection::get, FeedSettings.defaults())) {
			for (int i = 0; i < MANY; i++) {
				values.add(etcd.value("mine/refused" + i));
			}
			Awaitility.await("the wait between logins to grow")
				.pollDelay(Duration.ofSeconds(35))
				.atMost(Duration.ofSeconds(40))
				.until(() -> true);
			// After half a second, then one, two, four, eight and sixteen, and a first
			// one.
			assertThat(logins(server) - before).isBetween(4L, 8L);
			connection.set(new TransportSettings(endpoints, "refused", "s3same", null));
			Awaitility.await("all to be live")
				.atMost(Duration.ofSeconds(4))
				.until(() -> values.stream().allMatch((value) -> value.freshness().state() == EtcdWatchState.LIVE));
		}
	}

	@Test
	void aLoginThatTakesSecondsIsWaitedFor() {
		try (EtcdServer slow = EtcdServer.create("--bcrypt-cost", "15")) {
			try (EtcdAdmin admin = new EtcdAdmin(slow)) {
				Auth auth = admin.client().getAuthClient();
				EtcdAdmin.get(auth.userAdd(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("secret")));
				EtcdAdmin.get(auth.userGrantRole(EtcdAdmin.bytes("root"), EtcdAdmin.bytes("root")));
				EtcdAdmin.get(auth.authEnable());
			}
			TransportSettings connection = new TransportSettings(List.of(slow.endpoint()), "root", "secret", null);
			List<EtcdValue<String>> values = new ArrayList<>();
			try (FollowedEtcd etcd = new FollowedEtcd(connection, FeedSettings.defaults())) {
				for (int i = 0; i < MANY; i++) {
					values.add(etcd.value("slow/" + i));
				}
				// On a machine that is busy with others, each login takes a multiple.
				Awaitility.await("all to be live")
					.atMost(Duration.ofMinutes(3))
					.until(() -> values.stream().allMatch((value) -> value.freshness().state() == EtcdWatchState.LIVE));
				assertThat(logins(slow)).isBetween(1L, 10L);
			}
		}
	}

	private FollowedEtcd follow(String user, String password) {
		List<URI> endpoints = List.of(this.proxy.endpoint());
		return new FollowedEtcd(new TransportSettings(endpoints, user, password, null), FeedSettings.defaults());
	}

	/** How many logins etcd was asked for. */
	private static long logins(EtcdServer etcd) {
		return etcd.meter("grpc_server_started_total\\{grpc_method=\"Authenticate\",.*\\}");
	}

	private static void awaitLive(EtcdValue<?> value) {
		Awaitility.await(value.range() + " to be live")
			.atMost(PATIENCE)
			.until(() -> value.freshness().state() == EtcdWatchState.LIVE);
	}

	/** With a role of the same name. */
	private static void addUser(String name, String password) {
		asRoot((auth) -> auth.roleAdd(EtcdAdmin.bytes(name)));
		asRoot((auth) -> auth.userAdd(EtcdAdmin.bytes(name), EtcdAdmin.bytes(password)));
		asRoot((auth) -> auth.userGrantRole(EtcdAdmin.bytes(name), EtcdAdmin.bytes(name)));
	}

	private static void changePassword(String user, String password) {
		asRoot((auth) -> auth.userChangePassword(EtcdAdmin.bytes(user), EtcdAdmin.bytes(password)));
	}

	private static void grant(String role, String prefix) {
		asRoot((auth) -> auth.roleGrantPermission(EtcdAdmin.bytes(role), EtcdAdmin.bytes(prefix), end(prefix),
				Permission.Type.READ));
	}

	private static void revoke(String role, String prefix) {
		asRoot((auth) -> auth.roleRevokePermission(EtcdAdmin.bytes(role), EtcdAdmin.bytes(prefix), end(prefix)));
	}

	/** jetcd gets itself a new token for reads and writes, but not for these. */
	private static <R> void asRoot(Function<Auth, CompletableFuture<R>> call) {
		EtcdAdmin.get(root.getKVClient().get(EtcdAdmin.bytes("token")));
		EtcdAdmin.get(call.apply(root.getAuthClient()));
	}

	/** A slash is followed by a zero. */
	private static ByteSequence end(String prefix) {
		return EtcdAdmin.bytes(prefix.substring(0, prefix.length() - 1) + "0");
	}

	private static long put(String key, String value) {
		return EtcdAdmin.get(root.getKVClient().put(EtcdAdmin.bytes(key), EtcdAdmin.bytes(value)))
			.getHeader()
			.getRevision();
	}

}

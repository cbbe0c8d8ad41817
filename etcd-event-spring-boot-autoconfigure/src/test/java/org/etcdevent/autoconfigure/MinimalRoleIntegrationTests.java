package org.etcdevent.autoconfigure;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.TcpProxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The user whom the README proposes: it may read what is followed, and nothing else.
 */
@Tag("every-etcd")
@Tag("compaction-race")
class MinimalRoleIntegrationTests {

	@Test
	void readingTheRangeIsEnough() {
		try (EtcdServer server = EtcdServer.create(); TcpProxy proxy = new TcpProxy(server.port())) {
			allowReading(server, "flags/", "flags0");
			try (Client root = client(server, "root"); Client app = client(server, "app")) {
				put(root, "flags/first", "1");
				new ApplicationContextRunner()
					.withConfiguration(
							AutoConfigurations.of(EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class))
					.withBean(Recorder.class)
					.withPropertyValues("etcd.event.endpoints=" + proxy.endpoint(), "etcd.event.username=app",
							"etcd.event.password=secret", "etcd.event.watch.startup=fail")
					.run((context) -> {
						Recorder recorder = context.getBean(Recorder.class);
						assertThat(recorder.next()).isEqualTo("flags/first=1");
						put(root, "flags/live", "2");
						assertThat(recorder.next()).isEqualTo("flags/live=2");
						proxy.refuse();
						long newest = put(root, "flags/away", "3");
						EtcdAdmin.get(root.getKVClient().compact(newest));
						proxy.open();
						assertThat(recorder.next()).as("after reading anew").isEqualTo("flags/away=3");
						assertThat(context.getBean(EtcdWatchRegistry.class).statuses())
							.allSatisfy((status) -> assertThat(status.state()).isEqualTo(EtcdWatchState.LIVE));
					});
				assertThatIllegalStateException().isThrownBy(() -> put(app, "flags/first", "no"))
					.havingRootCause()
					.withMessageContaining("permission denied");
			}
		}
	}

	private static void allowReading(EtcdServer server, String from, String to) {
		try (EtcdAdmin admin = new EtcdAdmin(server)) {
			Auth auth = admin.client().getAuthClient();
			EtcdAdmin.get(auth.userAdd(bytes("root"), bytes("secret")));
			EtcdAdmin.get(auth.userGrantRole(bytes("root"), bytes("root")));
			EtcdAdmin.get(auth.roleAdd(bytes("reader")));
			EtcdAdmin.get(auth.roleGrantPermission(bytes("reader"), bytes(from), bytes(to), Permission.Type.READ));
			EtcdAdmin.get(auth.userAdd(bytes("app"), bytes("secret")));
			EtcdAdmin.get(auth.userGrantRole(bytes("app"), bytes("reader")));
			EtcdAdmin.get(auth.authEnable());
		}
	}

	private static Client client(EtcdServer server, String user) {
		return Client.builder().endpoints(server.endpoint()).user(bytes(user)).password(bytes("secret")).build();
	}

	private static long put(Client client, String key, String value) {
		return EtcdAdmin.get(client.getKVClient().put(bytes(key), bytes(value))).getHeader().getRevision();
	}

	private static ByteSequence bytes(String text) {
		return EtcdAdmin.bytes(text);
	}

	static class Recorder {

		private final Queue<String> calls = new ConcurrentLinkedQueue<>();

		@EtcdWatch("flags/")
		void onFlag(EtcdUpdate<String> update) {
			this.calls.add(update.key() + "=" + update.value());
		}

		String next() {
			Awaitility.await().atMost(FollowedEtcd.PATIENCE).until(() -> !this.calls.isEmpty());
			return this.calls.remove();
		}

	}

}

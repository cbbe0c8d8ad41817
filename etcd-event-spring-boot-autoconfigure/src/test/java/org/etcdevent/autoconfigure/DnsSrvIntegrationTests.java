package org.etcdevent.autoconfigure;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.etcd.jetcd.Client;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdValue;
import org.etcdevent.testsupport.DnsServer;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.SelfSigned;
import org.etcdevent.transport.EtcdWatchChannelCustomizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Watches and the client that find etcd by DNS, from a name server of the test's own.
 */
@ExtendWith(OutputCaptureExtension.class)
class DnsSrvIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	@Test
	void followsWhatTheClientWritesWhereverEtcdMoves(CapturedOutput output) {
		try (DnsServer dns = new DnsServer();
				EtcdServer one = EtcdServer.create();
				EtcdServer other = EtcdServer.create()) {
			dns.put("_etcd-client._tcp.etcd.test", at(one));
			following(dns, "etcd.test").run((context) -> {
				assertFollowsWhatTheClientWrites(context, "one");
				// A slow machine may have taken long to connect at first.
				int before = warnings(output).size();
				dns.remove("_etcd-client._tcp.etcd.test");
				one.kill();
				int questions = dns.questions();
				Awaitility.await().atMost(PATIENCE).until(() -> dns.questions() > questions + 3);
				dns.put("_etcd-client._tcp.etcd.test", at(other));
				assertFollowsWhatTheClientWrites(context, "other");
				// One of the outage, and one that it is another etcd.
				assertThat(warnings(output)).hasSize(before + 2);
			});
		}
	}

	@Test
	void aNameThatDoesNotResolveIsAnOutage(CapturedOutput output) {
		try (DnsServer dns = new DnsServer(); EtcdServer server = EtcdServer.create()) {
			following(dns, "etcd.test").run((context) -> {
				value(context);
				Awaitility.await().atMost(PATIENCE).until(() -> dns.questions() > 5);
				// Of any logger, gRPC's own included.
				assertThat(output.getAll().lines().filter((line) -> line.contains("WARN"))).hasSize(1)
					.first()
					.asString()
					.contains("No SRV records '_etcd-client._tcp.etcd.test'");
				dns.put("_etcd-client._tcp.etcd.test", at(server));
				assertFollowsWhatTheClientWrites(context, "at last");
			});
		}
	}

	@Test
	void checksThatTheCertificateNamesTheDomain(@TempDir Path folder) {
		SelfSigned identity = new SelfSigned(folder, "server");
		try (DnsServer dns = new DnsServer(); EtcdServer server = EtcdServer.createSecure(identity, null)) {
			// The certificate is for localhost.
			dns.put("_etcd-client-ssl._tcp.localhost", at(server));
			following(dns, "localhost")
				.withPropertyValues("etcd.event.ssl.bundle=etcd",
						"spring.ssl.bundle.pem.etcd.truststore.certificate=file:" + identity.certificate())
				.run((context) -> assertFollowsWhatTheClientWrites(context, "secured"));
		}
	}

	@Test
	void customizersChangeTheChannelsOfWatches() {
		try (EtcdServer server = EtcdServer.create()) {
			List<String> seen = new CopyOnWriteArrayList<>();
			new ApplicationContextRunner().withUserConfiguration(Application.class)
				.withPropertyValues("etcd.event.endpoints=" + server.endpoint(), "etcd.event.values.word.key=word",
						"etcd.event.values.word.type=java.lang.String")
				.withBean(EtcdWatchChannelCustomizer.class, () -> (builder) -> {
					builder.userAgent("mine");
					seen.add(Thread.currentThread().getName());
				})
				.run((context) -> {
					assertFollowsWhatTheClientWrites(context, "customized");
					assertThat(seen).isNotEmpty().allMatch((name) -> name.startsWith("etcd-event-loop"));
				});
		}
	}

	private static ApplicationContextRunner following(DnsServer dns, String domain) {
		return new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("etcd.event.endpoints=dns+srv://" + dns.authority() + "/" + domain,
					"etcd.event.values.word.key=word", "etcd.event.values.word.type=java.lang.String");
	}

	private static InetSocketAddress at(EtcdServer server) {
		return InetSocketAddress.createUnresolved("127.0.0.1", server.port());
	}

	private static List<String> warnings(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains("WARN") && line.contains("org.etcdevent"))
			.toList();
	}

	private static void assertFollowsWhatTheClientWrites(ApplicationContext context, String text) {
		Client client = context.getBean(Client.class);
		// The client does not begin anew by itself as fast as the watches do.
		Awaitility.await()
			.atMost(PATIENCE.multipliedBy(2))
			.ignoreExceptions()
			.until(() -> client.getKVClient().put(EtcdAdmin.bytes("word"), EtcdAdmin.bytes(text)).join() != null);
		Awaitility.await().atMost(PATIENCE).until(() -> value(context).get().orElse("").equals(text));
	}

	@SuppressWarnings("unchecked")
	private static EtcdValue<String> value(ApplicationContext context) {
		return context.getBean("word", EtcdValue.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}

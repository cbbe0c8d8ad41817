package org.etcdevent.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.consumer.StatusSource;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.SelfSigned;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * SSL bundles and etcd servers that speak TLS, one of which lets only one client in.
 */
@Tag("every-etcd")
class SslIntegrationTests {

	private static final Duration PATIENCE = FollowedEtcd.PATIENCE;

	@TempDir
	private static Path folder;

	private static SelfSigned serverIdentity;

	private static SelfSigned clientIdentity;

	private static EtcdServer open;

	private static EtcdServer closed;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, EtcdAutoConfiguration.class))
		.withPropertyValues("etcd.event.ssl.bundle=etcd", "etcd.event.values.word.key=word",
				"etcd.event.values.word.type=java.lang.String");

	@BeforeAll
	static void startServers() {
		serverIdentity = new SelfSigned(folder, "server");
		clientIdentity = new SelfSigned(folder, "client");
		open = EtcdServer.createSecure(serverIdentity, null);
		closed = EtcdServer.createSecure(serverIdentity, clientIdentity);
	}

	@AfterAll
	static void stopServers() {
		open.close();
		closed.close();
	}

	@Test
	void trustsTheServerThatTheBundleTrusts() {
		this.contextRunner.withPropertyValues(endpoint(open), trust(serverIdentity.certificate())).run((context) -> {
			assertThat(context).hasNotFailed();
			assertFollowsWhatTheClientWrites(context);
		});
	}

	@Test
	void showsItsOwnCertificateToAServerThatAsksForOne() {
		this.contextRunner
			.withPropertyValues(endpoint(closed), trust(serverIdentity.certificate()),
					"spring.ssl.bundle.pem.etcd.keystore.certificate=file:" + clientIdentity.certificate(),
					"spring.ssl.bundle.pem.etcd.keystore.private-key=file:" + clientIdentity.key())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertFollowsWhatTheClientWrites(context);
			});
	}

	@Test
	void isNotLetInWithoutTheCertificateThatTheServerAsksFor() {
		this.contextRunner.withPropertyValues(endpoint(closed), trust(serverIdentity.certificate())).run((context) -> {
			awaitError(context);
			assertThat(value(context).freshness().revision()).isZero();
		});
	}

	@Test
	void trustsWhatTheJvmTrustsWhereThereIsNoBundle() throws Exception {
		assertThat(runInAJvmThatTrusts(serverIdentity.certificate())).endsWith("It works\n");
		assertThat(runInAJvmThatTrusts(clientIdentity.certificate())).contains("must be trusted")
			.doesNotContain("It works");
	}

	@Test
	void newConnectionsUseAnUpdatedBundle() throws IOException {
		Path trusted = folder.resolve("trusted.pem");
		Files.copy(clientIdentity.certificate(), trusted);
		this.contextRunner
			.withPropertyValues(endpoint(open), trust(trusted), "spring.ssl.bundle.pem.etcd.reload-on-update=true",
					"spring.ssl.bundle.watch.file.quiet-period=100ms")
			.run((context) -> {
				assertThat(awaitError(context)).contains("must be trusted by the SSL bundle");
				Path fresh = Files.copy(serverIdentity.certificate(), folder.resolve("fresh.pem"));
				Files.move(fresh, trusted, StandardCopyOption.REPLACE_EXISTING);
				assertFollowsWhatTheClientWrites(context);
			});
	}

	/** Each JVM reads its trust store once. */
	private static String runInAJvmThatTrusts(Path certificate) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		try (InputStream file = Files.newInputStream(certificate)) {
			store.setCertificateEntry("etcd", CertificateFactory.getInstance("X.509").generateCertificate(file));
		}
		Path trusted = folder.resolve(certificate.getFileName() + ".p12");
		try (OutputStream file = Files.newOutputStream(trusted)) {
			store.store(file, "changeit".toCharArray());
		}
		Path log = folder.resolve(certificate.getFileName() + ".log");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Djavax.net.ssl.trustStore=" + trusted, "-Djavax.net.ssl.trustStorePassword=changeit", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				WithoutBundle.class.getName(), open.endpoint().toString())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			assertThat(process.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		return Files.readString(log);
	}

	private static String endpoint(EtcdServer server) {
		return "etcd.event.endpoints=" + server.endpoint();
	}

	private static String trust(Path certificate) {
		return "spring.ssl.bundle.pem.etcd.truststore.certificate=file:" + certificate;
	}

	private static void assertFollowsWhatTheClientWrites(ApplicationContext context) throws InterruptedException {
		Awaitility.await("the value to be followed")
			.atMost(PATIENCE)
			.until(() -> value(context).freshness().state() == EtcdWatchState.LIVE);
		String text = "written at " + System.nanoTime();
		KV writes = context.getBean(Client.class).getKVClient();
		long revision = EtcdAdmin.get(writes.put(EtcdAdmin.bytes("word"), EtcdAdmin.bytes(text)))
			.getHeader()
			.getRevision();
		assertThat(value(context).await(revision, PATIENCE)).isTrue();
		assertThat(value(context).get()).contains(text);
	}

	private static String awaitError(ApplicationContext context) {
		return Awaitility.await("an error")
			.atMost(PATIENCE)
			.until(() -> ((StatusSource) value(context)).status().lastError(), (error) -> error != null);
	}

	@SuppressWarnings("unchecked")
	private static EtcdValue<String> value(ApplicationContext context) {
		return context.getBean("word", EtcdValue.class);
	}

	/** An application of its own. */
	static final class WithoutBundle {

		private WithoutBundle() {
		}

		public static void main(String[] args) {
			new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class))
				.withPropertyValues("etcd.event.endpoints=" + args[0], "etcd.event.sync-timeout=20s",
						"etcd.event.values.word.key=word", "etcd.event.values.word.type=java.lang.String")
				.run((context) -> {
					value(context).get();
					assertFollowsWhatTheClientWrites(context);
					System.out.println("It works");
				});
		}

	}

}

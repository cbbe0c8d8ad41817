package org.etcdevent.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.testsupport.DnsServer;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link GrpcTransport} over TLS.
 */
class GrpcTransportTlsTests {

	private static final char[] PASSWORD = "changeit".toCharArray();

	/** The first byte of a TLS handshake. */
	private static final int HANDSHAKE = 0x16;

	private static KeyStore own;

	private static KeyStore foreign;

	@BeforeAll
	static void makeCertificates(@TempDir Path directory) throws Exception {
		own = selfSigned(directory.resolve("own.p12"));
		foreign = selfSigned(directory.resolve("foreign.p12"));
	}

	@Test
	void readsAndWatchesOverTls() throws Exception {
		try (OddEtcd etcd = new OddEtcd(server(own));
				TransportDriver driver = driver(etcd.secureEndpoint("localhost"), trusting(own))) {
			driver.read().page();
			Heard heard = driver.open();
			heard.next("connected");
			etcd.stream().created(1);
			assertThat(heard.next("created").watchId()).isEqualTo(1);
		}
	}

	@Test
	void anAuthorityThatIsNotTrustedIsAFailureThatSaysWhatToDo() throws Exception {
		try (OddEtcd etcd = new OddEtcd(server(own));
				TransportDriver driver = driver(etcd.secureEndpoint("localhost"), trusting(foreign))) {
			checkAdvice(driver.read().failure());
			checkAdvice(driver.open().next("closed").reason());
			assertThat(etcd.calls).isEmpty();
		}
	}

	@Test
	void trustsWhatTheJvmTrustsWhereThereIsNoContext() throws Exception {
		try (OddEtcd etcd = new OddEtcd(server(own));
				TransportDriver driver = driver(etcd.secureEndpoint("localhost"), null)) {
			checkAdvice(driver.read().failure());
			assertThat(etcd.calls).isEmpty();
		}
	}

	@Test
	void aCertificateForAnotherHostIsAFailureThatSaysWhatToDo() throws Exception {
		try (OddEtcd etcd = new OddEtcd(server(own));
				TransportDriver driver = driver(etcd.secureEndpoint("127.0.0.1"), trusting(own))) {
			checkAdvice(driver.read().failure());
			assertThat(etcd.calls).isEmpty();
		}
	}

	/** DNS can be forged: the host that it names proves nothing. */
	@Test
	void aCertificateMustNameTheDomainWhoseRecordsWereFollowed() throws Exception {
		try (OddEtcd etcd = new OddEtcd(server(own)); DnsServer dns = new DnsServer()) {
			int port = etcd.endpoint().getPort();
			dns.put("_etcd-client-ssl._tcp.localhost", InetSocketAddress.createUnresolved("127.0.0.1", port));
			dns.put("_etcd-client-ssl._tcp.etcd.test", InetSocketAddress.createUnresolved("localhost", port));
			try (TransportDriver driver = driver(URI.create("dns+srv://" + dns.authority() + "/localhost"),
					trusting(own))) {
				driver.read().page();
			}
			try (TransportDriver driver = driver(URI.create("dns+srv://" + dns.authority() + "/etcd.test"),
					trusting(own))) {
				checkAdvice(driver.read().failure());
			}
		}
	}

	@Test
	void httpsToAServerWithoutTlsIsAFailureThatSaysWhatToDo() throws Exception {
		try (OddEtcd etcd = new OddEtcd();
				TransportDriver driver = driver(etcd.secureEndpoint("localhost"), trusting(own))) {
			Failure failure = driver.read().failure();
			assertThat(failure.kind()).isEqualTo(Kind.TLS);
			assertThat(failure.message()).contains("etcd must serve it");
			assertThat(etcd.calls).isEmpty();
		}
	}

	@Test
	void httpToAServerWithTlsIsAFailure() throws Exception {
		try (OddEtcd etcd = new OddEtcd(server(own)); TransportDriver driver = new TransportDriver(etcd.endpoint())) {
			assertThat(driver.read().failure().kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(etcd.calls).isEmpty();
		}
	}

	@Test
	void httpsNeverBeginsInPlaintext() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			server.setSoTimeout(10_000);
			URI endpoint = URI.create("https://127.0.0.1:" + server.getLocalPort());
			TransportSettings settings = new TransportSettings(List.of(endpoint), "ann", "s3cret", null);
			try (TransportDriver driver = new TransportDriver(settings)) {
				driver.open();
				try (Socket socket = server.accept()) {
					socket.setSoTimeout(10_000);
					assertThat(socket.getInputStream().read()).isEqualTo(HANDSHAKE);
				}
			}
		}
	}

	@Test
	void aContextThatCannotCarryGrpcIsRefusedAtOnce() throws SSLException {
		URI endpoint = URI.create("https://localhost:2379");
		SslContext withoutAlpn = SslContextBuilder.forClient().build();
		assertThatIllegalArgumentException().isThrownBy(() -> driver(endpoint, withoutAlpn))
			.withMessageContaining("ALPN");
		assertThatIllegalArgumentException().isThrownBy(() -> driver(endpoint, server(own)))
			.withMessageContaining("client's");
	}

	private static void checkAdvice(Failure failure) {
		assertThat(failure.kind()).isEqualTo(Kind.TLS);
		assertThat(failure.message()).contains("the authority that signed it must be trusted", "JVM's trust store");
	}

	private static TransportDriver driver(URI endpoint, SslContext sslContext) {
		return new TransportDriver(new TransportSettings(List.of(endpoint), null, null, sslContext));
	}

	private static SslContext server(KeyStore keys) throws GeneralSecurityException, SSLException {
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(keys, PASSWORD);
		return GrpcSslContexts.configure(SslContextBuilder.forServer(factory)).build();
	}

	private static SslContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("etcd", keys.getCertificate("etcd"));
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(trusted);
		return GrpcSslContexts.forClient().trustManager(factory).build();
	}

	private static KeyStore selfSigned(Path file) throws Exception {
		String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
		Process process = new ProcessBuilder(keytool, "-genkeypair", "-alias", "etcd", "-keyalg", "EC", "-dname",
				"CN=etcd", "-ext", "san=dns:localhost", "-validity", "2", "-storetype", "PKCS12", "-keystore",
				file.toString(), "-storepass", new String(PASSWORD))
			.redirectErrorStream(true)
			.redirectOutput(file.resolveSibling("keytool.log").toFile())
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(() -> log(file)).isZero();
		return KeyStore.getInstance(file.toFile(), PASSWORD);
	}

	private static String log(Path file) {
		try {
			return Files.readString(file.resolveSibling("keytool.log"));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}

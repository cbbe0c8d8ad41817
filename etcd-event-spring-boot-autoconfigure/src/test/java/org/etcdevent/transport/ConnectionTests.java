package org.etcdevent.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.grpc.EquivalentAddressGroup;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.testsupport.TcpProxy;
import org.etcdevent.transport.TransportDriver.Answer;
import org.etcdevent.transport.TransportDriver.Call;
import org.etcdevent.transport.TransportDriver.Heard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Connection} and {@link Connector}: where they lead, and what they do
 * where nobody answers.
 */
class ConnectionTests {

	private static final URI NAMED = URI.create("http://etcd_1.test:2379");

	private final OddEtcd etcd = new OddEtcd();

	@AfterEach
	void close() {
		this.etcd.close();
	}

	@Test
	void twoAddressesThatAcceptAndSayNothingCostTheTimesOfTwoConnections() throws Exception {
		try (ServerSocket one = mute();
				ServerSocket other = mute();
				TransportDriver driver = named(
						(endpoint, tls) -> addresses(one.getLocalPort(), other.getLocalPort(), port()))) {
			int timeouts = 0;
			Call call = driver.open().calls.take();
			while (!call.method().equals("connected")) {
				assertThat(call.reason().kind()).isEqualTo(Kind.TIMEOUT);
				timeouts++;
				call = driver.open().calls.take();
			}
			assertThat(timeouts).isLessThanOrEqualTo(2);
		}
	}

	@Test
	void aConnectionHasTwoSecondsAtFirstThenFour() throws Exception {
		try (ServerSocket mute = mute(); TransportDriver driver = new TransportDriver(endpoint(mute))) {
			for (int seconds : new int[] { 2, 4, 4 }) {
				long begin = System.nanoTime();
				assertThat(driver.open().next("closed").reason())
					.isEqualTo(new Failure(Kind.TIMEOUT, "no connection within " + seconds + " s"));
				assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(seconds * 900L));
			}
		}
	}

	@Test
	void readsHaveTheSameTimeToConnectAndFailTogether() throws Exception {
		try (ServerSocket mute = mute(); TransportDriver driver = new TransportDriver(endpoint(mute))) {
			List<Answer> all = driver.ask(() -> IntStream.range(0, 10).mapToObj((i) -> driver.readNow()).toList());
			assertThat(all).extracting(Answer::failure)
				.containsOnly(new Failure(Kind.TIMEOUT, "no connection within 2 s"));
		}
	}

	/** As localhost may be ::1 as well, where etcd does not listen. */
	@Test
	void goesOnToTheNextAddressWhereOneRefuses() throws Exception {
		try (Socket nobody = refusing();
				TransportDriver driver = named((endpoint, tls) -> addresses(nobody.getLocalPort(), port()))) {
			for (int i = 0; i < 10; i++) {
				driver.open().next("connected");
			}
		}
	}

	@Test
	void tellsWhyTheLastAddressCouldNotBeReached() throws Exception {
		try (Socket nobody = refusing();
				TransportDriver driver = named(
						(endpoint, tls) -> addresses(nobody.getLocalPort(), nobody.getLocalPort()))) {
			Heard heard = driver.open();
			Failure reason = heard.next("closed").reason();
			assertThat(reason.kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(reason.message()).contains("Connection refused");
			assertThat(heard.stream).hasToString("etcd_1.test:2379");
		}
	}

	@Test
	void anEndpointThatSaysNothingDoesNotKeepFromTheOther() throws Exception {
		try (ServerSocket mute = mute();
				TransportDriver driver = new TransportDriver(endpoint(mute), this.etcd.endpoint())) {
			List<Call> calls = List.of(driver.open().calls.take(), driver.open().calls.take());
			assertThat(calls).extracting(Call::method).containsExactlyInAnyOrder("closed", "connected");
		}
	}

	@Test
	void aServerThatAcceptsAndSaysNothingIsLetGoWhenTheStreamIsClosed() throws Exception {
		try (ServerSocket mute = mute(); TransportDriver driver = new TransportDriver(endpoint(mute))) {
			Heard heard = driver.open();
			mute.setSoTimeout(10_000);
			try (Socket socket = mute.accept()) {
				socket.setSoTimeout(10_000);
				assertThat(socket.getInputStream().read()).isEqualTo('P');
				driver.tell(heard.stream::close);
				socket.getInputStream().readAllBytes();
			}
			assertThat(heard.calls).isEmpty();
		}
	}

	@Test
	void readsAreOneConnectionHoweverManyTheyAre() {
		try (TcpProxy proxy = new TcpProxy(1); TransportDriver driver = new TransportDriver(proxy.endpoint())) {
			proxy.refuse();
			for (int i = 1; i <= 5; i++) {
				List<Answer> all = driver
					.ask(() -> IntStream.range(0, 50).mapToObj((read) -> driver.readNow()).toList());
				assertThat(all).allSatisfy((answer) -> assertThat(answer.failure().kind()).isEqualTo(Kind.UNAVAILABLE));
				int connections = i;
				await().untilAsserted(() -> assertThat(proxy.connections()).isEqualTo(connections));
			}
		}
	}

	@Test
	void aConnectionThatWasLostIsNotUsedAgain() {
		try (TcpProxy proxy = new TcpProxy(port()); TransportDriver driver = new TransportDriver(proxy.endpoint())) {
			driver.read().page();
			proxy.cut();
			await().until(() -> this.etcd.connections.get() == 0);
			driver.read().page();
			assertThat(proxy.connections()).isEqualTo(2);
		}
	}

	@Test
	void theNextConnectionUsesEndpointsThatWereRotated() throws Exception {
		try (OddEtcd other = new OddEtcd()) {
			AtomicReference<TransportSettings> settings = new AtomicReference<>(settings(this.etcd.endpoint()));
			try (TransportDriver driver = new TransportDriver(settings::get, Names::lookUp)) {
				driver.open().next("connected");
				settings.set(settings(other.endpoint()));
				driver.open().next("connected");
				// The server hears of a connection a little later.
				await().untilAsserted(() -> assertThat(other.connectionsEver).hasValue(1));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void settingsThatCannotBeReadFailTheAttempt(Throwable thrown) throws Exception {
		AtomicReference<Throwable> throwing = new AtomicReference<>();
		Supplier<TransportSettings> settings = () -> {
			throwIfAny(throwing.get());
			return settings(this.etcd.endpoint());
		};
		try (TransportDriver driver = new TransportDriver(settings, Names::lookUp)) {
			throwing.set(thrown);
			for (int i = 0; i < 2; i++) {
				assertThat(driver.open().next("closed").reason().message())
					.contains("details of the etcd connection could not be read", thrown.getClass().getName())
					.doesNotContain("s3cret");
				assertThat(driver.read().failure().kind()).isEqualTo(Kind.UNAVAILABLE);
			}
			throwing.set(null);
			driver.open().next("connected");
			driver.read().page();
		}
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void aLookupThatFailsFailsTheAttempt(Throwable thrown) throws Exception {
		AtomicReference<Throwable> throwing = new AtomicReference<>(thrown);
		try (TransportDriver driver = named((endpoint, tls) -> {
			throwIfAny(throwing.get());
			return addresses(port());
		})) {
			for (int i = 0; i < 2; i++) {
				assertThat(driver.open().next("closed").reason().kind()).isEqualTo(Kind.UNAVAILABLE);
				assertThat(driver.read().failure().kind()).isEqualTo(Kind.UNAVAILABLE);
			}
			throwing.set(null);
			driver.open().next("connected");
			driver.read().page();
		}
	}

	@Test
	void aNameThatIsUnknownIsAFailureThatSaysSo() throws Exception {
		try (TransportDriver driver = named((endpoint, tls) -> {
			throw new UnknownHostException("etcd_1.test: Name or service not known");
		})) {
			assertThat(driver.open().next("closed").reason())
				.isEqualTo(new Failure(Kind.UNAVAILABLE, "UNAVAILABLE: etcd_1.test: Name or service not known"));
		}
	}

	@Test
	void aLookupThatIsUnderWayIsJoined() throws Exception {
		AtomicInteger lookups = new AtomicInteger();
		CountDownLatch answer = new CountDownLatch(1);
		try (TransportDriver driver = named((endpoint, tls) -> {
			lookups.incrementAndGet();
			await().until(() -> answer.getCount() == 0);
			return addresses(port());
		})) {
			assertThat(driver.open().next("closed").reason().message()).isEqualTo("no connection within 2 s");
			List<Heard> all = IntStream.range(0, 5).mapToObj((i) -> driver.open()).toList();
			Answer read = driver.read();
			answer.countDown();
			for (Heard heard : all) {
				heard.next("connected");
			}
			read.page();
			assertThat(lookups).hasValue(1);
		}
	}

	@Test
	void aNameThatIsSlowToResolveHoldsUpNoOtherEndpoint() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		TransportSettings settings = settings(URI.create("http://hangs:2379"), URI.create("http://answers:2379"));
		try (TransportDriver driver = new TransportDriver(() -> settings, (endpoint, tls) -> {
			if (endpoint.getHost().equals("hangs")) {
				await().until(() -> release.getCount() == 0);
			}
			return addresses(port());
		})) {
			// Each second one goes to the name that hangs.
			List<Heard> heard = IntStream.range(0, 4).mapToObj((i) -> driver.open()).toList();
			await().until(() -> heard.stream().filter((stream) -> !stream.calls.isEmpty()).count() == 2);
			assertThat(heard).flatExtracting((stream) -> stream.calls)
				.allSatisfy((call) -> assertThat(call.method()).isEqualTo("connected"));
			release.countDown();
		}
	}

	@Test
	void anAddressIsNotLookedUp() throws Exception {
		List<URI> looked = new CopyOnWriteArrayList<>();
		try (TransportDriver driver = new TransportDriver(() -> settings(this.etcd.endpoint()), (endpoint, tls) -> {
			looked.add(endpoint);
			assertThat(Thread.currentThread().getName()).startsWith("etcd-event-loop");
			return Names.lookUp(endpoint, tls);
		})) {
			driver.open().next("connected");
			assertThat(looked).hasSize(1);
		}
	}

	private TransportDriver named(Lookups.NameService names) {
		return new TransportDriver(() -> settings(NAMED), names);
	}

	private int port() {
		return this.etcd.endpoint().getPort();
	}

	static Stream<Throwable> throwables() {
		return Stream.of(new IllegalStateException("s3cret"), new OutOfMemoryError("s3cret"));
	}

	private static void throwIfAny(Throwable thrown) {
		if (thrown instanceof RuntimeException ex) {
			throw ex;
		}
		if (thrown instanceof Error error) {
			throw error;
		}
	}

	private static List<EquivalentAddressGroup> addresses(int... ports) {
		List<SocketAddress> addresses = IntStream.of(ports)
			.<SocketAddress>mapToObj((port) -> new InetSocketAddress("127.0.0.1", port))
			.toList();
		return List.of(new EquivalentAddressGroup(addresses));
	}

	private static TransportSettings settings(URI... endpoints) {
		return new TransportSettings(List.of(endpoints), null, null, null);
	}

	/** Accepts connections, in the kernel, and says nothing. */
	private static ServerSocket mute() throws IOException {
		return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
	}

	private static URI endpoint(ServerSocket socket) {
		return URI.create("http://127.0.0.1:" + socket.getLocalPort());
	}

	/** Has a port, and does not listen. */
	private static Socket refusing() throws IOException {
		Socket socket = new Socket();
		socket.bind(new InetSocketAddress("127.0.0.1", 0));
		return socket;
	}

}

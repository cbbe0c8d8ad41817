package org.etcdevent.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link TcpProxy}.
 */
class TcpProxyTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private ServerSocket server;

	private TcpProxy proxy;

	@BeforeEach
	void start() throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.proxy = new TcpProxy(this.server.getLocalPort());
	}

	@AfterEach
	void stop() throws IOException {
		this.proxy.close();
		this.server.close();
	}

	@Test
	void passesBytesBothWays() throws IOException {
		try (Socket near = connect(); Socket far = this.server.accept()) {
			near.getOutputStream().write(1);
			assertThat(far.getInputStream().read()).isEqualTo(1);
			far.getOutputStream().write(2);
			assertThat(near.getInputStream().read()).isEqualTo(2);
			assertThat(this.proxy.received()).isEqualTo(1);
		}
	}

	@Test
	void cutResetsConnectionsAndTakesNewOnes() throws IOException {
		try (Socket near = connect(); Socket far = this.server.accept()) {
			near.getOutputStream().write(1);
			assertThat(far.getInputStream().read()).isEqualTo(1);
			this.proxy.cut();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read());
		}
		try (Socket near = connect(); Socket far = this.server.accept()) {
			near.getOutputStream().write(1);
			assertThat(far.getInputStream().read()).isEqualTo(1);
		}
		assertThat(this.proxy.connections()).isEqualTo(2);
	}

	@Test
	void refusedConnectionsAreReset() throws IOException {
		this.proxy.refuse();
		try (Socket near = connect()) {
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read());
		}
	}

	@Test
	void silenceSwallowsBytesAndKeepsConnections() throws IOException {
		try (Socket near = connect(); Socket far = this.server.accept()) {
			this.proxy.silence();
			far.getOutputStream().write(1);
			near.setSoTimeout(300);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> near.getInputStream().read());
			this.proxy.open();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read());
		}
	}

	@Test
	void endClosesConnectionsInGoodOrder() throws IOException {
		try (Socket near = connect(); Socket far = this.server.accept()) {
			far.getOutputStream().write(1);
			assertThat(near.getInputStream().read()).isEqualTo(1);
			this.proxy.end();
			assertThat(near.getInputStream().read()).isEqualTo(-1);
			assertThat(far.getInputStream().read()).isEqualTo(-1);
		}
	}

	@Test
	void oneWayCanBeSilentAlone() throws IOException {
		try (Socket near = connect(); Socket far = this.server.accept()) {
			near.getOutputStream().write(1);
			assertThat(far.getInputStream().read()).isEqualTo(1);
			this.proxy.silenceRequests();
			near.getOutputStream().write(2);
			far.setSoTimeout(300);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> far.getInputStream().read());
			far.getOutputStream().write(3);
			assertThat(near.getInputStream().read()).isEqualTo(3);
			this.proxy.open();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read());
		}
		try (Socket near = connect(); Socket far = this.server.accept()) {
			this.proxy.silenceAnswers();
			near.getOutputStream().write(1);
			assertThat(far.getInputStream().read()).isEqualTo(1);
			far.getOutputStream().write(2);
			near.setSoTimeout(300);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> near.getInputStream().read());
		}
	}

	@Test
	void cutsInTheMiddleOfAnAnswer() throws IOException {
		try (Socket near = connect(); Socket far = this.server.accept()) {
			near.getOutputStream().write(1);
			assertThat(far.getInputStream().read()).isEqualTo(1);
			CompletableFuture<?> cut = this.proxy.cutAfter(3);
			far.getOutputStream().write(new byte[2]);
			assertThat(near.getInputStream().readNBytes(2)).hasSize(2);
			assertThat(cut).isNotDone();
			far.getOutputStream().write(new byte[5]);
			assertThat(near.getInputStream().readAllBytes()).hasSize(1);
			assertThat(cut).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void delaysAndThrottles() throws IOException {
		try (Socket near = connect(); Socket far = this.server.accept()) {
			this.proxy.delay(Duration.ofMillis(200));
			long begin = System.nanoTime();
			near.getOutputStream().write(1);
			assertThat(far.getInputStream().read()).isEqualTo(1);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
			this.proxy.open();
			this.proxy.throttle(1_000);
			begin = System.nanoTime();
			far.getOutputStream().write(new byte[500]);
			assertThat(near.getInputStream().readNBytes(500)).hasSize(500);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
		}
	}

	@Test
	void isUsedWhileSomebodyIsConnected() throws IOException {
		assertThat(this.proxy.isUsed()).isFalse();
		try (Socket near = connect(); Socket far = this.server.accept()) {
			far.getOutputStream().write(1);
			assertThat(near.getInputStream().read()).isEqualTo(1);
			assertThat(this.proxy.isUsed()).isTrue();
		}
		Awaitility.await().atMost(PATIENCE).until(() -> !this.proxy.isUsed());
		this.proxy.refuse();
		try (Socket near = connect()) {
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read());
		}
		Awaitility.await().atMost(PATIENCE).until(() -> !this.proxy.isUsed());
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.proxy.endpoint().getPort());
		socket.setSoTimeout((int) PATIENCE.toMillis());
		return socket;
	}

}

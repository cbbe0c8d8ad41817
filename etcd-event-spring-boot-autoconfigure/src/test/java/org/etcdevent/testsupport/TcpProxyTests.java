package org.etcdevent.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link TcpProxy}.
 */
class TcpProxyTests {

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

	private Socket connect() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.proxy.endpoint().getPort());
		socket.setSoTimeout(10_000);
		return socket;
	}

}

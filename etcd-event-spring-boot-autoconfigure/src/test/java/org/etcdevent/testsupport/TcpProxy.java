package org.etcdevent.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network that tests can break: passes connections on to one port of the loopback.
 * Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

	private enum Mode {

		/** Bytes are passed on. */
		OPEN,

		/** Connections are accepted and closed at once. */
		REFUSING,

		/** Bytes vanish, connections stay: a half-open network. */
		SILENT

	}

	private final ServerSocket listener;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final AtomicInteger accepted = new AtomicInteger();

	private final AtomicLong received = new AtomicLong();

	private volatile Mode mode = Mode.OPEN;

	/**
	 * A proxy on a free port, open.
	 * @param target the port to pass on to
	 */
	public TcpProxy(int target) {
		this.target = target;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("accept", this::accept);
	}

	public URI endpoint() {
		return URI.create("http://127.0.0.1:" + this.listener.getLocalPort());
	}

	/**
	 * How many connections were asked for.
	 * @return the number since the proxy was made
	 */
	public int connections() {
		return this.accepted.get();
	}

	/**
	 * How many bytes came back from the target.
	 * @return the number since the proxy was made
	 */
	public long received() {
		return this.received.get();
	}

	/** Resets all connections; new ones are welcome. */
	public void cut() {
		this.sockets.forEach(TcpProxy::reset);
	}

	/** Resets all connections, and new ones too. */
	public void refuse() {
		this.mode = Mode.REFUSING;
		cut();
	}

	/**
	 * Swallows all bytes from now on; connections stay open and new ones are accepted.
	 */
	public void silence() {
		this.mode = Mode.SILENT;
	}

	/**
	 * Passes bytes on again. Connections that lost some are reset, for their bytes make
	 * no sense any more.
	 */
	public void open() {
		Mode before = this.mode;
		this.mode = Mode.OPEN;
		if (before == Mode.SILENT) {
			cut();
		}
	}

	@Override
	public void close() {
		this.mode = Mode.REFUSING;
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		cut();
	}

	private void accept() throws IOException {
		while (!this.listener.isClosed()) {
			Socket near = this.listener.accept();
			this.accepted.incrementAndGet();
			this.sockets.add(near);
			if (this.mode == Mode.REFUSING) {
				reset(near);
			}
			else {
				start("connect", () -> connect(near));
			}
		}
	}

	private void connect(Socket near) throws IOException {
		Socket far = new Socket();
		this.sockets.add(far);
		try {
			far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.target));
		}
		catch (IOException ex) {
			reset(near);
			throw ex;
		}
		far.setTcpNoDelay(true);
		near.setTcpNoDelay(true);
		start("up", () -> pass(near, far, new AtomicLong()));
		pass(far, near, this.received);
	}

	private void pass(Socket from, Socket to, AtomicLong count) {
		byte[] buffer = new byte[64 * 1024];
		// What comes after a gap must never arrive: frames of HTTP/2 would, one by one.
		boolean gap = false;
		try {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
				gap |= this.mode == Mode.SILENT;
				if (!gap) {
					count.addAndGet(length);
					output.write(buffer, 0, length);
				}
			}
		}
		catch (IOException ex) {
			// One side is gone, so the other one has to go, too.
		}
		reset(from);
		reset(to);
		this.sockets.remove(from);
		this.sockets.remove(to);
	}

	private static void reset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
			socket.close();
		}
		catch (IOException ex) {
			// It is closed already.
		}
	}

	private static void start(String name, Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// The proxy was closed, or nobody listens on the other side.
			}
		}, "tcp-proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	private interface Task {

		void run() throws IOException;

	}

}

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
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * A network that tests can break: passes connections on to one port of the loopback.
 * Whatever was done to it, {@link #open} mends it. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

	private static final int BUFFER = 64 * 1024;

	private final ServerSocket listener;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final AtomicInteger accepted = new AtomicInteger();

	private final Way requests = new Way();

	private final Way answers = new Way();

	/** The cut that is due after some more bytes, {@code null} if none is. */
	private final AtomicReference<@Nullable DueCut> dueCut = new AtomicReference<>();

	private volatile boolean refusing;

	private volatile Duration delay = Duration.ZERO;

	/** Each way; 0 for as fast as it goes. */
	private volatile int bytesPerSecond;

	/**
	 * A proxy on a free port, open.
	 * @param target the port to pass on to
	 */
	public TcpProxy(int target) {
		this(InetAddress.getLoopbackAddress(), target);
	}

	/**
	 * A proxy on a free port, open.
	 * @param address where it listens
	 * @param target the port to pass on to
	 */
	public TcpProxy(InetAddress address, int target) {
		this.target = target;
		try {
			this.listener = new ServerSocket(0, 50, address);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("accept", this::accept);
	}

	public URI endpoint() {
		return URI.create("http://127.0.0.1:" + port());
	}

	public int port() {
		return this.listener.getLocalPort();
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
		return this.answers.passed.get();
	}

	/**
	 * Whether anybody is connected.
	 * @return {@code true} if so
	 */
	public boolean isUsed() {
		return !this.sockets.isEmpty();
	}

	/** Resets all connections; new ones are welcome. */
	public void cut() {
		this.sockets.forEach(TcpProxy::reset);
	}

	/** Closes all connections in good order; new ones are welcome. */
	public void end() {
		List<Socket> all = List.copyOf(this.sockets);
		// First, so that nobody resets the other side of one that is finished.
		all.forEach(this.sockets::remove);
		all.forEach(TcpProxy::finish);
	}

	/**
	 * Lets so many more bytes of answers through and then closes all connections, most
	 * likely in the middle of an answer; new ones are welcome.
	 * @param bytes how many, positive
	 * @return done when it has happened
	 */
	public CompletableFuture<@Nullable Void> cutAfter(int bytes) {
		DueCut cut = new DueCut(new AtomicLong(bytes), new CompletableFuture<>());
		this.dueCut.set(cut);
		return cut.done();
	}

	/** Resets all connections, and new ones too. */
	public void refuse() {
		this.refusing = true;
		cut();
	}

	/**
	 * Swallows all bytes from now on; connections stay open and new ones are accepted: a
	 * half-open network.
	 */
	public void silence() {
		silenceRequests();
		silenceAnswers();
	}

	/**
	 * Swallows what clients say, as {@link #silence} does, but not what they are told.
	 */
	public void silenceRequests() {
		this.requests.silent = true;
	}

	/**
	 * Swallows what clients are told, as {@link #silence} does, but not what they say.
	 */
	public void silenceAnswers() {
		this.answers.silent = true;
	}

	/**
	 * Holds up everything.
	 * @param delay how long, each way
	 */
	public void delay(Duration delay) {
		this.delay = delay;
	}

	/**
	 * Lets less through.
	 * @param bytesPerSecond how much for each connection, each way
	 */
	public void throttle(int bytesPerSecond) {
		this.bytesPerSecond = bytesPerSecond;
	}

	/**
	 * Passes everything on again, at once. Connections that lost some bytes are reset,
	 * for the others make no sense any more.
	 */
	public void open() {
		boolean gaps = this.requests.silent || this.answers.silent;
		this.requests.silent = false;
		this.answers.silent = false;
		this.delay = Duration.ZERO;
		this.bytesPerSecond = 0;
		this.dueCut.set(null);
		this.refusing = false;
		if (gaps) {
			cut();
		}
	}

	@Override
	public void close() {
		this.refusing = true;
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
			if (this.refusing) {
				leave(near);
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
			far.setTcpNoDelay(true);
			near.setTcpNoDelay(true);
		}
		catch (IOException ex) {
			leave(near);
			leave(far);
			throw ex;
		}
		start("requests", () -> pass(near, far, this.requests));
		pass(far, near, this.answers);
	}

	private void pass(Socket from, Socket to, Way way) {
		byte[] buffer = new byte[BUFFER];
		// What comes after a gap must never arrive: frames of HTTP/2 would, one by one.
		boolean gap = false;
		try {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			for (int length = input.read(buffer, 0, atOnce()); length >= 0; length = input.read(buffer, 0, atOnce())) {
				gap |= way.silent;
				if (!gap) {
					linger(length);
					passOn(output, buffer, length, way);
				}
			}
			finish(from);
			finish(to);
		}
		catch (IOException ex) {
			// One side is gone, so the other one has to go, too.
		}
		leave(from);
		leave(to);
	}

	private void passOn(OutputStream output, byte[] buffer, int length, Way way) throws IOException {
		DueCut cut = (way == this.answers) ? this.dueCut.get() : null;
		long left = (cut != null) ? cut.left().addAndGet(-length) : 1;
		way.passed.addAndGet(length);
		output.write(buffer, 0, (int) Math.max(0, Math.min(length, length + left)));
		if (cut != null && left <= 0 && this.dueCut.compareAndSet(cut, null)) {
			// Not by a reset, which would overtake the half of the answer.
			end();
			cut.done().complete(null);
		}
	}

	private int atOnce() {
		return (this.bytesPerSecond > 0) ? Math.max(1, Math.min(BUFFER, this.bytesPerSecond / 10)) : BUFFER;
	}

	private void linger(int length) {
		long nanos = this.delay.toNanos();
		int rate = this.bytesPerSecond;
		if (rate > 0) {
			nanos += Duration.ofSeconds(length).dividedBy(rate).toNanos();
		}
		if (nanos > 0) {
			LockSupport.parkNanos(nanos);
		}
	}

	/** Without effect on a socket that is finished. */
	private void leave(Socket socket) {
		if (this.sockets.remove(socket)) {
			reset(socket);
		}
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

	private static void finish(Socket socket) {
		try {
			// Closing alone would be a reset where something is left to be read.
			socket.shutdownOutput();
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

	/** The bytes that go one way. */
	private static final class Way {

		private final AtomicLong passed = new AtomicLong();

		private volatile boolean silent;

	}

	/**
	 * A cut to come.
	 *
	 * @param left how many bytes are let through before it
	 * @param done completed when it has happened
	 */
	private record DueCut(AtomicLong left, CompletableFuture<@Nullable Void> done) {
	}

}

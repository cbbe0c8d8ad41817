package org.etcdevent.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One etcd process, on free ports of the loopback, which can be killed, frozen and
 * started again on its data. It does not outlive the JVM, however that ends: a shell
 * between them kills it when its standard input closes. Not thread-safe.
 */
public final class EtcdServer implements AutoCloseable {

	private static final Duration STARTUP_TIMEOUT = Duration.ofSeconds(60);

	/**
	 * Ends with etcd, and etcd with it. The signals of a terminal go to the whole group,
	 * so it ignores them to stay until its input closes.
	 */
	private static final String GUARD = """
			trap '' INT TERM HUP
			log=$1; shift
			exec 3<&0
			"$@" >>"$log" 2>&1 </dev/null 3<&- &
			etcd=$!
			echo $etcd
			{ read -r _ <&3; kill -KILL $etcd; } 2>/dev/null >&2 &
			watch=$!
			wait $etcd
			kill -KILL $watch
			""";

	private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

	private static @Nullable EtcdServer shared;

	private final String name;

	private final Path folder;

	private final int clientPort;

	private final int peerPort;

	/**
	 * Where health is asked for in plaintext of a server that speaks TLS; 0 if it does
	 * not.
	 */
	private int healthPort;

	private List<String> options = List.of();

	private @Nullable Process guard;

	private long pid;

	EtcdServer(String name) {
		this.name = name;
		this.folder = buildFolder().resolve("data").resolve(name + "-" + Long.toHexString(System.nanoTime()));
		this.clientPort = freePort();
		this.peerPort = freePort();
	}

	/**
	 * A server of one's own, ready to be used.
	 * @param options further command line options
	 * @return the server, to be closed by the caller
	 */
	public static EtcdServer create(String... options) {
		EtcdServer server = new EtcdServer("single");
		server.options = List.of(options);
		server.start();
		return server;
	}

	/**
	 * A server of one's own that speaks TLS, ready to be used.
	 * @param identity the server's key and certificate
	 * @param trustedClient whom alone it lets in, {@code null} for everyone
	 * @return the server, to be closed by the caller
	 */
	public static EtcdServer createSecure(SelfSigned identity, @Nullable SelfSigned trustedClient) {
		EtcdServer server = new EtcdServer("secure");
		server.healthPort = freePort();
		List<String> options = new ArrayList<>(List.of("--cert-file", identity.certificate().toString(), "--key-file",
				identity.key().toString(), "--listen-metrics-urls", "http://127.0.0.1:" + server.healthPort));
		if (trustedClient != null) {
			options.addAll(List.of("--client-cert-auth", "--trusted-ca-file", trustedClient.certificate().toString()));
		}
		server.options = options;
		server.start();
		return server;
	}

	/**
	 * The server that tests share who neither break nor fill it. It ends with the JVM.
	 * @return the server
	 */
	public static synchronized EtcdServer shared() {
		if (shared == null) {
			shared = create();
			Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
		}
		return shared;
	}

	/**
	 * Starts the process, on the data of the one before it, and waits until it answers.
	 */
	public void start() {
		launch();
		awaitHealthy();
	}

	/** Starts the process and does not wait. */
	public void launch() {
		if (isRunning()) {
			throw new IllegalStateException(this.name + " runs already");
		}
		try {
			Files.createDirectories(this.folder);
			List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "etcd", log().toString(),
					EtcdBinary.find(buildFolder()).toString(), "--name", this.name, "--data-dir",
					this.folder.resolve("data").toString(), "--listen-client-urls", endpoint().toString(),
					"--advertise-client-urls", endpoint().toString(), "--listen-peer-urls", peerUrl(),
					"--initial-advertise-peer-urls", peerUrl()));
			if (!this.options.contains("--initial-cluster")) {
				command.addAll(List.of("--initial-cluster", this.name + "=" + peerUrl()));
			}
			command.addAll(this.options);
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			this.guard = process;
			BufferedReader output = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
			this.pid = Long.parseLong(output.readLine());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits until the server answers, which in a cluster needs a leader. */
	public void awaitHealthy() {
		Awaitility.await(this + " to be healthy; its log is " + log())
			.atMost(STARTUP_TIMEOUT)
			.pollInterval(Duration.ofMillis(20))
			.failFast("it ended", () -> !isRunning())
			.until(this::isHealthy);
	}

	private boolean isHealthy() throws InterruptedException {
		try {
			HttpRequest request = HttpRequest.newBuilder(healthUrl()).timeout(Duration.ofSeconds(1)).build();
			return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Where clients connect to.
	 * @return the URL
	 */
	public URI endpoint() {
		return URI.create(((this.healthPort != 0) ? "https" : "http") + "://127.0.0.1:" + this.clientPort);
	}

	private URI healthUrl() {
		return (this.healthPort != 0) ? URI.create("http://127.0.0.1:" + this.healthPort + "/health")
				: endpoint().resolve("/health");
	}

	/**
	 * The port for clients.
	 * @return the port
	 */
	public int port() {
		return this.clientPort;
	}

	String name() {
		return this.name;
	}

	long pid() {
		return this.pid;
	}

	String peerUrl() {
		return "http://127.0.0.1:" + this.peerPort;
	}

	void options(List<String> options) {
		this.options = options;
	}

	/**
	 * Whether the process is there, frozen or not.
	 * @return {@code true} if so
	 */
	public boolean isRunning() {
		return this.guard != null && this.guard.isAlive();
	}

	/** Kills the process, as {@code kill -9} does. Its data stays. */
	public void kill() {
		end("KILL");
	}

	/** Asks the process to end, as {@code kill} does. Its data stays. */
	public void terminate() {
		end("TERM");
	}

	/** Freezes the process: its connections stay open and silent. */
	public void freeze() {
		signal("STOP");
	}

	/** Lets the process go on. */
	public void thaw() {
		signal("CONT");
	}

	/**
	 * Kills the process and forgets its data: the next start is a new cluster, or, with
	 * options for that, a restored one.
	 */
	public void wipe() {
		kill();
		delete(this.folder.resolve("data"));
	}

	/**
	 * Copies the data, which a killed server left, to be put back by {@link #restore}.
	 * @return where the copy is
	 */
	public Path backUp() {
		Path copy = this.folder.resolve("backup-" + Long.toHexString(System.nanoTime()));
		copy(this.folder.resolve("data"), copy);
		return copy;
	}

	/**
	 * Puts data back; the server must not run.
	 * @param backup what {@link #backUp} made
	 */
	public void restore(Path backup) {
		delete(this.folder.resolve("data"));
		copy(backup, this.folder.resolve("data"));
	}

	/**
	 * Ends the process and deletes its data; the log stays.
	 */
	@Override
	public void close() {
		wipe();
	}

	private void end(String signal) {
		if (isRunning()) {
			signal(signal);
			this.guard.onExit().orTimeout(30, TimeUnit.SECONDS).join();
		}
	}

	private void signal(String signal) {
		try {
			int code = new ProcessBuilder("kill", "-" + signal, Long.toString(this.pid)).start().waitFor();
			if (code != 0) {
				throw new IllegalStateException("SIG" + signal + " did not reach " + this);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private Path log() {
		return this.folder.resolve("etcd.log");
	}

	/** Maven names its folder; a run from an editor uses that of the module. */
	private static Path buildFolder() {
		return Path.of(System.getProperty("maven.multiModuleProjectDirectory", "."), "target", "etcd")
			.toAbsolutePath()
			.normalize();
	}

	/**
	 * Below those that the system gives to outgoing connections: one of them could take
	 * the port of a server that is down.
	 */
	private static int freePort() {
		for (int attempt = 0; attempt < 100; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// It is in use.
			}
		}
		throw new IllegalStateException("There is no free port between 15000 and 32000");
	}

	private static void copy(Path from, Path to) {
		try (Stream<Path> paths = Files.walk(from)) {
			for (Path path : paths.toList()) {
				Files.copy(path, to.resolve(from.relativize(path)));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void delete(Path folder) {
		if (!Files.exists(folder)) {
			return;
		}
		try (Stream<Path> paths = Files.walk(folder)) {
			for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(path);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.name + " at " + endpoint();
	}

}

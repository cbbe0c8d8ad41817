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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.etcdevent.testsupport.binary.EtcdBinary;
import org.etcdevent.testsupport.binary.EtcdPrograms;
import org.jspecify.annotations.Nullable;

/**
 * A process of the etcd binary, on a free port of the loopback, which can be killed,
 * frozen and started again. It does not outlive the JVM, however that ends: a shell
 * between them kills it when its standard input closes. Not thread-safe.
 */
public abstract class EtcdProcess implements AutoCloseable {

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

	/** Odd or even: the two forks that may run tests side by side share no port. */
	private static final int PARITY = Integer.getInteger("etcd.fork", 1) % 2;

	/** Ports that were given out: one is free until its server has come to it. */
	private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

	static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

	private static @Nullable EtcdPrograms programs;

	private final String name;

	private final Path folder;

	private final int clientPort;

	private @Nullable Process guard;

	private long pid;

	EtcdProcess(String name) {
		this(name, buildFolder().resolve("data").resolve(name + "-" + Long.toHexString(System.nanoTime())), freePort());
	}

	EtcdProcess(String name, Path folder, int clientPort) {
		this.name = name;
		this.folder = folder;
		this.clientPort = clientPort;
	}

	/** What the binary is started with. */
	abstract List<String> arguments();

	/** Where it says whether it is healthy. */
	abstract URI healthUrl();

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
			List<String> command = new ArrayList<>(
					List.of("/bin/sh", "-c", GUARD, "etcd", log().toString(), programs().etcd().toString()));
			command.addAll(arguments());
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
			removeVariables(builder);
			Process process = builder.start();
			this.guard = process;
			BufferedReader output = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
			this.pid = Long.parseLong(output.readLine());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits until it answers, which takes a leader of the cluster. */
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
		return URI.create("http://127.0.0.1:" + this.clientPort);
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

	/** Where it keeps what it has to keep. */
	Path folder() {
		return this.folder;
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
		signalRunning("STOP");
	}

	/** Lets the process go on. */
	public void thaw() {
		signalRunning("CONT");
	}

	/**
	 * Lets the disk of the process hang, as one that is broken or far away does: what the
	 * process writes is never safe, while it goes on to answer what takes no disk.
	 * @return what wakes the disk up when it is closed
	 * @throws UnsupportedOperationException where {@code strace} is not installed or not
	 * permitted
	 */
	public HungDisk hangDisk() {
		return new HungDisk(this.pid);
	}

	/** Ends the process; its log stays. */
	@Override
	public void close() {
		kill();
	}

	private void end(String signal) {
		if (isRunning()) {
			// Without effect if it ends by itself, as a member does that is removed.
			signal(signal);
			this.guard.onExit().orTimeout(30, TimeUnit.SECONDS).join();
		}
	}

	private void signalRunning(String signal) {
		if (!signal(signal)) {
			throw new IllegalStateException("SIG" + signal + " did not reach " + this);
		}
	}

	/** Runs a command to its end; its output is in the log. */
	void run(List<String> command) {
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
			removeVariables(builder);
			int status = builder.start().waitFor();
			if (status != 0) {
				throw new IllegalStateException(
						"'" + String.join(" ", command) + "' ended with " + status + "; its output is in " + log());
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

	private boolean signal(String signal) {
		try {
			return new ProcessBuilder("kill", "-" + signal, Long.toString(this.pid)).start().waitFor() == 0;
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

	static synchronized EtcdPrograms programs() {
		if (programs == null) {
			try {
				programs = EtcdBinary.find(buildFolder());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return programs;
	}

	/**
	 * Removes the variables that select an etcd: etcd would take {@code ETCD_VERSION} for
	 * its flag {@code --version}.
	 */
	static void removeVariables(ProcessBuilder builder) {
		builder.environment().keySet().removeIf((name) -> name.startsWith("ETCD"));
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
	static int freePort() {
		for (int attempt = 0; attempt < 100; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(7_500, 16_000) * 2 + PARITY;
			if (!GIVEN.add(port)) {
				continue;
			}
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// It is in use.
			}
		}
		throw new IllegalStateException("There is no free port between 15000 and 32000");
	}

	static void delete(Path folder) {
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

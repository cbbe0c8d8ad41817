package org.etcdevent.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A server of etcd, which can be started again on its data. Not thread-safe.
 */
public final class EtcdServer extends EtcdProcess {

	private static @Nullable EtcdServer shared;

	private final int peerPort = freePort();

	/** Whether the data is there for the next run. */
	private final boolean kept;

	/**
	 * Where health is asked for in plaintext of a server that speaks TLS; 0 if it does
	 * not.
	 */
	private int healthPort;

	private List<String> options = List.of();

	EtcdServer(String name) {
		super(name);
		this.kept = false;
	}

	private EtcdServer(Path folder, int port) {
		super("kept", folder, port);
		this.kept = true;
	}

	/**
	 * A server whose data outlives it, not started.
	 * @param folder where its data and log are
	 * @param port the port for clients
	 * @return the server, to be closed by the caller
	 */
	public static EtcdServer in(Path folder, int port) {
		return new EtcdServer(folder, port);
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

	@Override
	List<String> arguments() {
		List<String> arguments = new ArrayList<>(List.of("--name", name(), "--data-dir", data().toString(),
				"--listen-client-urls", endpoint().toString(), "--advertise-client-urls", endpoint().toString(),
				"--listen-peer-urls", peerUrl(), "--initial-advertise-peer-urls", peerUrl()));
		if (!this.options.contains("--initial-cluster")) {
			arguments.addAll(List.of("--initial-cluster", initialCluster()));
		}
		arguments.addAll(this.options);
		return arguments;
	}

	@Override
	public URI endpoint() {
		return (this.healthPort != 0) ? URI.create("https://127.0.0.1:" + port()) : super.endpoint();
	}

	@Override
	URI healthUrl() {
		return (this.healthPort != 0) ? URI.create("http://127.0.0.1:" + this.healthPort + "/health")
				: endpoint().resolve("/health");
	}

	/**
	 * One of the meters of the server.
	 * @param pattern its name and tags, a regular expression
	 * @return the value at the moment
	 */
	public long meter(String pattern) {
		try {
			HttpRequest request = HttpRequest.newBuilder(healthUrl().resolve("/metrics")).build();
			String meters = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
			Matcher meter = Pattern.compile("(?m)^" + pattern + " (\\d+)$").matcher(meters);
			if (!meter.find()) {
				throw new IllegalStateException("etcd has no meter " + pattern);
			}
			return Long.parseLong(meter.group(1));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * How many watch calls are open.
	 * @return the number at the moment
	 */
	public long watchStreams() {
		return meter("etcd_debugging_mvcc_watch_stream_total");
	}

	private String initialCluster() {
		int named = this.options.indexOf("--initial-cluster");
		return (named != -1) ? this.options.get(named + 1) : name() + "=" + peerUrl();
	}

	String peerUrl() {
		return "http://127.0.0.1:" + this.peerPort;
	}

	void options(List<String> options) {
		this.options = options;
	}

	private Path data() {
		return folder().resolve("data");
	}

	private Path backups() {
		return folder().resolve("backups");
	}

	/**
	 * Kills the process and forgets its data: the next start is a new cluster, or, with
	 * options for that, a restored one.
	 */
	public void wipe() {
		kill();
		delete(data());
	}

	/**
	 * Copies the data, which a killed server left, to be put back by {@link #restore}.
	 * @return where the copy is
	 */
	public Path backUp() {
		try {
			Path copy = Files.createDirectories(backups()).resolve(Long.toHexString(System.nanoTime()));
			copy(data(), copy);
			return copy;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Puts data back; the server must not run.
	 * @param backup what {@link #backUp} made
	 */
	public void restore(Path backup) {
		delete(data());
		copy(backup, data());
	}

	/**
	 * Restores a snapshot as etcd's documentation says: by its own program, into a new
	 * data directory. The server must not run.
	 * @param snapshot what {@link EtcdAdmin#snapshot} saved
	 * @param furtherOptions such as {@code --bump-revision}
	 */
	public void restoreSnapshot(Path snapshot, String... furtherOptions) {
		delete(data());
		List<String> command = new ArrayList<>(List.of(programs().restorer().toString(), "snapshot", "restore",
				snapshot.toString(), "--data-dir", data().toString(), "--name", name(), "--initial-cluster",
				initialCluster(), "--initial-advertise-peer-urls", peerUrl()));
		command.addAll(List.of(furtherOptions));
		run(command);
	}

	/**
	 * Whether the program that restores snapshots has an option: older ones have fewer.
	 * @param option such as {@code --bump-revision}
	 * @return {@code true} if so
	 */
	public static boolean canRestoreWith(String option) {
		try {
			ProcessBuilder builder = new ProcessBuilder(programs().restorer().toString(), "snapshot", "restore",
					"--help")
				.redirectErrorStream(true);
			removeVariables(builder);
			Process process = builder.start();
			String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.waitFor();
			return help.contains(option);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Ends the process and deletes its data and what was copied of it, unless that is to
	 * be kept; the log stays.
	 */
	@Override
	public void close() {
		if (this.kept) {
			kill();
		}
		else {
			wipe();
			delete(backups());
		}
	}

	/** Without the empty files of 64 MB that etcd keeps for later. */
	private static void copy(Path from, Path to) {
		try (Stream<Path> paths = Files.walk(from)) {
			for (Path path : paths.filter((path) -> !path.toString().endsWith(".tmp")).toList()) {
				Files.copy(path, to.resolve(from.relativize(path)));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

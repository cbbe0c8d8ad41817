package org.etcdevent.samples.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;

/**
 * The sample as a process, on a free port, which can be frozen. Not thread-safe.
 */
final class InstanceProcess implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Pattern PORT = Pattern.compile("Registered 127\\.0\\.0\\.1:(\\d+) as");

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final Path log;

	private final Process process;

	private String address = "";

	/**
	 * Starts an instance, and does not wait.
	 * @param log where its output goes
	 * @param etcd where etcd is
	 */
	InstanceProcess(Path log, URI etcd) throws IOException {
		this.log = log;
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar", Path.of("target", "service-registry.jar").toString(),
				"--server.port=0", "--etcd.event.endpoints=" + etcd)
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
	}

	/** Waits until it is registered. */
	InstanceProcess awaitRegistered() {
		this.address = "127.0.0.1:" + Awaitility.await("an instance to register; its log is " + this.log)
			.atMost(PATIENCE)
			.failFast("it ended", () -> !this.process.isAlive())
			.until(this::port, (port) -> !port.isEmpty());
		return this;
	}

	private String port() throws IOException {
		Matcher matcher = PORT.matcher(Files.readString(this.log));
		return matcher.find() ? matcher.group(1) : "";
	}

	String address() {
		return this.address;
	}

	long pid() {
		return this.process.pid();
	}

	/** Whether it says of itself that it leads. */
	boolean leads() {
		return ask("/leader").contains("\"me\":true");
	}

	/** Its answer to a request. */
	String ask(String path) {
		return send(HttpRequest.newBuilder(uri(path))).body();
	}

	/**
	 * Asks it to write the greeting, which only the leader does.
	 * @return the status
	 */
	int greet(String text) {
		return send(HttpRequest.newBuilder(uri("/greeting?text=" + text)).PUT(HttpRequest.BodyPublishers.noBody()))
			.statusCode();
	}

	private URI uri(String path) {
		return URI.create("http://" + this.address + path);
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return HTTP.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Suspends it: it neither runs nor ends. */
	void freeze() throws Exception {
		signal("STOP");
	}

	/** Lets it go on. */
	void thaw() throws Exception {
		signal("CONT");
	}

	/** Ends it as Ctrl-C does, and waits. */
	void terminate() throws Exception {
		signal("TERM");
		if (!this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
			throw new IllegalStateException("It did not end");
		}
	}

	private void signal(String name) throws Exception {
		if (new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor() != 0) {
			throw new IllegalStateException("SIG" + name + " did not reach " + this.address);
		}
	}

	/** Kills it, frozen or not. */
	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

}

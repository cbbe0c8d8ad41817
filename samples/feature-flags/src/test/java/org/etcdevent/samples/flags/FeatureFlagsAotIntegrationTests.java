package org.etcdevent.samples.flags;

import java.io.IOException;
import java.net.Socket;
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

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * The packaged sample, run with what was generated ahead of time.
 */
class FeatureFlagsAotIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void runsAheadOfTimeProcessed(@TempDir Path folder) throws Exception {
		Path log = folder.resolve("log");
		Process application = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dspring.aot.enabled=true", "-jar", Path.of("target", "feature-flags.jar").toString(),
				"--server.port=0", "--etcd.event.endpoints=" + EtcdServer.shared().endpoint())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			int port = awaitPort(application, log);
			assertThat(Files.readString(log)).contains("Starting AOT-processed FeatureFlagsApplication");
			// On Linux, all of 127.0.0.0/8 is this machine.
			assertThatIOException().isThrownBy(() -> new Socket("127.0.0.2", port).close());
			admin.put("flags/ahead-of-time", "{\"enabled\":true}");
			await().atMost(PATIENCE).until(() -> Files.readString(log).contains("flags/ahead-of-time is on"));
			await().atMost(PATIENCE).until(() -> get(port, "/flags").contains("ahead-of-time"));
			assertThat(get(port, "/actuator/health")).contains("\"etcd\"", "UP");
			assertThat(get(port, "/actuator/etcdwatches/flagBoard.onFlag")).contains("\"state\":\"LIVE\"");
			admin.delete("flags/ahead-of-time");
		}
		finally {
			application.destroy();
			assertThat(application.waitFor(30, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(Files.readString(log)).doesNotContain(" WARN ", " ERROR ");
	}

	private static int awaitPort(Process application, Path log) {
		String text = await(log + " to name the port").atMost(PATIENCE)
			.failFast(() -> assertThat(application.isAlive()).as(() -> read(log)).isTrue())
			.until(() -> read(log), (lines) -> PORT.matcher(lines).find());
		Matcher matcher = PORT.matcher(text);
		assertThat(matcher.find()).isTrue();
		return Integer.parseInt(matcher.group(1));
	}

	private static String read(Path log) {
		try {
			return Files.readString(log);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private String get(int port, String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

}

package org.etcdevent.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.listener.EtcdWatchStateChangedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that waits for the initial state of its watches ends at once on SIGTERM:
 * Kubernetes kills it after 30 seconds.
 */
class StartupTerminationTests {

	private static final String WAITS = "it waits for etcd";

	private static final String CLOSED = "a bean was destroyed";

	@Test
	@Timeout(value = 100, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void termEndsTheWaitForTheInitialState() throws Exception {
		Process application = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), Application.class.getName(),
				"--etcd.event.endpoints=" + unusedEndpoint(), "--etcd.event.watch.startup-timeout=120s",
				"--spring.docker.compose.enabled=false", "--logging.level.root=info",
				"--logging.level.org.springframework=info")
			.redirectErrorStream(true)
			.start();
		List<String> output = new ArrayList<>();
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(application.getInputStream(), StandardCharsets.UTF_8))) {
			String line;
			while ((line = reader.readLine()) != null) {
				output.add(line);
				if (line.contains(WAITS)) {
					application.toHandle().destroy();
				}
			}
			assertThat(application.waitFor(1, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			application.destroyForcibly();
		}
		assertThat(application.exitValue()).as(() -> String.join("\n", output)).isEqualTo(128 + 15);
		assertThat(output).anyMatch((line) -> line.contains(WAITS))
			.anyMatch((line) -> line.contains(CLOSED))
			.noneMatch((line) -> line.contains(" ERROR ") || line.contains("Exception"))
			.noneMatch((line) -> line.contains("initial state"));
	}

	private static String unusedEndpoint() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return "http://127.0.0.1:" + socket.getLocalPort();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application implements AutoCloseable {

		public static void main(String[] args) {
			SpringApplication.run(Application.class, args);
		}

		@EtcdWatch("flags/")
		void onFlag(EtcdUpdate<String> update) {
		}

		@EventListener
		void onState(EtcdWatchStateChangedEvent event) {
			System.out.println(WAITS);
		}

		@Override
		public void close() {
			System.out.println(CLOSED);
		}

	}

}

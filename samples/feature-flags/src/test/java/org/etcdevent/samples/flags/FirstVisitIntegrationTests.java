package org.etcdevent.samples.flags;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The console with its default settings, as someone sees it who starts it and presses
 * what it says. Takes the README's picture: {@code target/screenshots/console.png}.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ActiveProfiles("demo")
@Tag("browser")
class FirstVisitIntegrationTests {

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) throws IOException {
		Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "etcd")), "first");
		int port = TestSocketUtils.findAvailableTcpPort();
		properties.add("demo.etcd.data", data::toString);
		properties.add("demo.etcd.port", () -> port);
	}

	@Test
	void whatToPressFirstShowsWhatAFaultChanges(@TempDir Path profiles) {
		try (ConsoleWindow window = ConsoleWindow.desktop(this.port, false, profiles.resolve("desktop"));
				ConsoleWindow phone = ConsoleWindow.phone(this.port, true, profiles.resolve("phone"))) {
			awaiting().until(() -> window.texts("#flags strong").size() == 2);
			assertThat(window.texts("#flags strong")).containsExactly("dark-mode", "fast-checkout");
			assertThat(window.text("output[for=putsPerSecond]")).isEqualTo("20/s");
			assertThat(window.text(".break")).contains("First press Cut connections");
			awaiting().until(() -> window.consumer("verdict", "raw").equals("up to date"));
			awaiting().until(() -> window.consumer("verdict", "ours").equals("up to date"));
			window.click("[data-act=cut]");
			awaiting().until(() -> window.consumer("measured", "raw")
				.matches("resumed after .*; 0 changes lost, 0 delivered again"));
			awaiting().until(() -> window.consumer("verdict", "raw").equals("up to date"));
			window.click("#refuse");
			long written = window.written();
			awaiting().until(() -> window.written() > written + 60);
			window.click("[data-act=compact]");
			window.click("#refuse");
			awaiting().until(() -> window.consumer("verdict", "raw").equals("dead"));
			awaiting().until(() -> window.consumer("verdict", "ours").equals("up to date"));
			assertThat(window.consumer("measured", "ours")).startsWith("resumed after");
			assertThat(window.consumer("measured", "raw")).startsWith("closed: ").contains("compacted");
			long dead = window.written();
			awaiting().until(() -> window.written() > dead + 250);
			window.shoot("console");
			phone.shoot("console-phone-dark");
			assertThat(phone.isInView(".break", ".beside table")).isTrue();
			phone.shootView("console-phone-together");
			phone.click("[data-act=restart-raw]");
			awaiting().until(() -> window.consumer("verdict", "raw").equals("up to date"));
		}
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(60)).ignoreExceptions();
	}

}

package org.etcdevent.samples.flags;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.core.ConditionFactory;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * The page in a real browser, with a real etcd that is broken. Screenshots are in
 * {@code target/screenshots}.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = "etcd.event.liveness-timeout=3s")
@ActiveProfiles("demo")
@Tag("browser")
class ConsoleIntegrationTests {

	private static final String STATE = "[data-watch=demo] .state";

	/** The stops of the sliders. */
	private static final int MILLIS_20 = 2;

	private static final int MILLIS_100 = 10;

	private static final int PERCENT_5 = 1;

	private static final int PERCENT_20 = 4;

	private static final int PUTS_300 = 9;

	private static final int PUTS_500 = 10;

	@Autowired
	private EtcdWatchRegistry watches;

	@LocalServerPort
	private int port;

	@TempDir
	private Path profiles;

	private final List<ConsoleWindow> windows = new ArrayList<>();

	private final List<String> flags = new ArrayList<>();

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) throws IOException {
		Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "etcd")), "demo");
		int port = TestSocketUtils.findAvailableTcpPort();
		properties.add("demo.etcd.data", data::toString);
		properties.add("demo.etcd.port", () -> port);
	}

	/**
	 * All tests share the application and what another one has broken.
	 */
	@BeforeEach
	void resetEverything() {
		post("/demo/start-etcd");
		post("/demo/open");
		for (String setting : List.of("handlerMillis", "failurePercent", "putsPerSecond")) {
			put("/demo/settings/" + setting + "?value=0", "");
		}
		post("/demo/restart-raw");
		this.watches.resume("demo");
		awaiting()
			.until(() -> this.watches.statuses().stream().allMatch((watch) -> watch.state() == EtcdWatchState.LIVE));
	}

	@AfterEach
	void close() {
		this.windows.forEach(ConsoleWindow::close);
		resetEverything();
		this.flags.forEach((flag) -> http().delete().uri("/flags/" + flag).retrieve().toBodilessEntity());
	}

	@Test
	void aFlagIsToggledInOneWindowAndSeenInTheOther() {
		ConsoleWindow one = desktop(false);
		ConsoleWindow other = phone(true);
		one.find("#name").clear();
		one.type("#name", "Anna" + Keys.TAB);
		one.type("[name=flag]", "beta-search");
		one.type("[name=description]", "Better ranking" + Keys.ENTER);
		awaiting().untilAsserted(() -> assertThat(other.text("[data-flag=beta-search]")).contains("Better ranking",
				"Off, changed at revision", "by Anna"));
		one.type("[data-flag=beta-search] [role=switch]", Keys.SPACE);
		awaiting().until(() -> other.text("[data-flag=beta-search]").contains("On, changed at revision"));
		one.shoot("flags-desktop-light");
		other.shoot("flags-phone-dark");
		other.click("[aria-label='Edit the description of beta-search']");
		other.type("[data-flag=beta-search] input", " for all" + Keys.ENTER);
		awaiting().until(() -> one.text("[data-flag=beta-search]").contains("Better ranking for all"));
		other.click("[aria-label='Delete beta-search']");
		awaiting().until(() -> one.text("[data-flag=beta-search]").isEmpty());
		assertThat(one.text("#log")).contains("flags/beta-search was deleted");
	}

	@Test
	void aDeletionCanBeUndone() {
		addFlag("beta-search", true, "Better ranking", "Anna");
		ConsoleWindow window = desktop(false);
		awaiting().until(() -> !window.text("[data-flag=beta-search]").isEmpty());
		window.tabTo("[aria-label='Delete beta-search']");
		window.press(Keys.ENTER);
		awaiting().until(() -> window.text("[data-flag=beta-search]").isEmpty());
		assertThat(window.text("#deleted")).contains("beta-search was deleted.");
		window.shoot("undo-desktop-light");
		window.tabTo("#deleted button");
		window.press(Keys.ENTER);
		awaiting().until(() -> window.text("[data-flag=beta-search]").contains("Better ranking"));
		assertThat(window.text("[data-flag=beta-search]")).contains("On, changed at revision");
		awaiting().until(() -> window.text("#deleted").isEmpty());
	}

	@Test
	void anotherSiteCanNeitherOpenNorBreakIt() throws IOException {
		String page = """
				<script>
				fetch("http://localhost:%d/demo/refuse", { method: "POST", mode: "no-cors" })
					.finally(() => document.title = "sent");
				</script>""".formatted(this.port);
		HttpServer site = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		site.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(200, page.length());
			exchange.getResponseBody().write(page.getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
		site.start();
		try {
			ConsoleWindow window = desktop(false);
			window.visit("http://evil.example:" + site.getAddress().getPort());
			awaiting().until(() -> window.title().equals("sent"));
			assertThat(get("/console")).contains("\"network\":\"OPEN\"");
			assertThat(window.visit("http://rebound.example:" + this.port)).contains("feature-flags.allowed-hosts");
		}
		finally {
			site.stop(0);
		}
	}

	@Test
	void onlyThisMachineCanConnect() {
		// On Linux, all of 127.0.0.0/8 is this machine.
		assertThatIOException().isThrownBy(() -> new Socket("127.0.0.2", this.port).close());
	}

	@Test
	void aBlackHoleIsSeenAndSoIsTheRecovery() {
		addFlag("dark-mode", true, "Night colours", "Anna");
		addFlag("fast-checkout", false, "Pay with one click", "Ben");
		ConsoleWindow window = desktop(false);
		window.slide(Map.of("handlerMillis", MILLIS_20, "failurePercent", PERCENT_5, "putsPerSecond", PUTS_300));
		awaiting().until(() -> window.figure("Failed") > 5);
		window.click("#silence");
		awaiting().until(() -> !window.text(STATE).equals("live"));
		assertThat(window.text("#condition")).contains("drops everything");
		awaiting().until(() -> window.consumer("verdict", "ours").matches("stale|reconnecting"));
		awaiting().until(() -> window.consumer("verdict", "raw").equals("no changes arrive"));
		awaiting().until(() -> !window.text("[data-watch=demo] .error").isEmpty());
		window.shoot("black-hole-desktop-light");
		window.click("#silence");
		awaiting().until(() -> window.text("#condition").startsWith("Live again"));
		awaiting().until(() -> window.text(STATE).equals("live"));
		awaiting().until(() -> window.consumer("late", "ours").endsWith(" ms"));
		assertThat(window.text("[data-watch=demo] .error")).isEmpty();
		window.shoot("recovered-desktop-light");
	}

	@Test
	void deliveriesStayBoundedWhileTheHandlerIsSlow() {
		ConsoleWindow window = desktop(false);
		window.slide(Map.of("handlerMillis", MILLIS_100, "putsPerSecond", PUTS_500));
		long before = window.figure("Coalesced");
		awaiting().until(() -> window.figure("Coalesced") > before + 500);
		assertThat(window.figure("Backlog")).isLessThanOrEqualTo(100);
		assertThat(window.consumer("verdict", "ours")).isEqualTo("catching up");
		window.shoot("slow-desktop-light");
		window.slide(Map.of("handlerMillis", 0, "putsPerSecond", 0));
		awaiting().until(() -> window.consumer("verdict", "ours").equals("up to date"));
		assertThat(window.figure("Backlog")).isZero();
	}

	@Test
	void whatFailsIsTriedAgainAndLostByTheRawWatch() {
		ConsoleWindow window = desktop(true);
		long failed = ConsoleWindow.number(window.consumer("failures", "raw"));
		window.slide(Map.of("failurePercent", PERCENT_20, "putsPerSecond", PUTS_300));
		awaiting().until(() -> ConsoleWindow.number(window.consumer("failures", "raw")) > failed + 100);
		window.slide(Map.of("putsPerSecond", 0));
		awaiting().until(() -> window.consumer("verdict", "ours").equals("up to date"));
		awaiting().until(() -> window.consumer("verdict", "raw").equals("behind"));
		assertThat(ConsoleWindow.number(window.consumer("wrong", "raw"))).isPositive();
		window.shoot("failing-desktop-dark");
		window.click("[data-act=restart-raw]");
		awaiting().until(() -> window.consumer("measured", "raw").equals("open"));
	}

	@Test
	void aCutAndACompactionAreSurvived() {
		ConsoleWindow window = desktop(false);
		long reconnects = window.figure("Reconnects");
		window.click("[data-act=cut]");
		awaiting().until(() -> window.figure("Reconnects") > reconnects);
		awaiting().until(() -> window.text("#condition").startsWith("Live again"));
		window.click("#refuse");
		awaiting().until(() -> window.text("#condition").equals("Connections are refused."));
		awaiting().until(() -> window.text(STATE).equals("reconnecting"));
		long written = window.written();
		window.slide(Map.of("putsPerSecond", PUTS_300));
		awaiting().until(() -> window.written() > written + 100);
		window.slide(Map.of("putsPerSecond", 0));
		window.click("[data-act=compact]");
		awaiting().until(() -> window.text("#log").contains("etcd compacted its history"));
		long resyncs = window.figure("Resyncs");
		window.click("#refuse");
		awaiting().until(() -> window.figure("Resyncs") > resyncs);
		awaiting().until(() -> window.consumer("verdict", "ours").equals("up to date"));
	}

	@Test
	void etcdIsStoppedAndStarted() {
		ConsoleWindow window = desktop(true);
		ConsoleWindow other = phone(true);
		window.click("#etcd");
		awaiting().until(() -> window.text("#condition").equals("etcd is down."));
		awaiting().until(() -> window.text(STATE).equals("reconnecting"));
		window.type("[name=flag]", "nowhere" + Keys.ENTER);
		awaiting().until(() -> window.find("#problem").isDisplayed());
		assertThat(window.text("#problem")).contains("etcd did not confirm the write");
		window.shoot("stopped-desktop-dark");
		other.click("#etcd");
		awaiting().until(() -> window.text("#condition").startsWith("Live again"));
		awaiting().until(() -> !window.find("#problem").isDisplayed());
	}

	@Test
	void aPausedWatchCollectsChanges() {
		ConsoleWindow window = phone(false);
		window.click("[aria-label='Pause demo']");
		awaiting().until(() -> window.text(STATE).equals("live, paused"));
		window.slide(Map.of("putsPerSecond", PUTS_300));
		awaiting().until(() -> window.figure("Backlog") > 50);
		window.shoot("paused-phone-light");
		window.click("[aria-label='Resume demo']");
		awaiting().until(() -> window.text(STATE).equals("live"));
	}

	@Test
	void slidersThatAreMovedAtOnceAreAllHeard() {
		ConsoleWindow window = desktop(false);
		for (int i = 1; i <= 20; i++) {
			int stop = i;
			window.slide(Map.of("handlerMillis", stop, "failurePercent", stop, "putsPerSecond", stop % 3));
			String heard = "\"handlerMillis\":%d,\"failurePercent\":%d,\"putsPerSecond\":%d".formatted(stop * 10,
					stop * 5, stop % 3);
			awaiting().until(() -> get("/console").contains(heard));
			awaiting().until(() -> window.text("output[for=handlerMillis]").equals(stop * 10 + " ms"));
		}
	}

	@Test
	void aKeyboardIsEnough() {
		addFlag("by-keyboard", false, "No mouse needed", "Ben");
		ConsoleWindow window = desktop(false);
		awaiting().until(() -> !window.text("[data-flag=by-keyboard]").isEmpty());
		window.tabTo("[data-flag=by-keyboard] [role=switch]");
		window.press(Keys.SPACE);
		awaiting().until(() -> window.text("[data-flag=by-keyboard]").contains("On, changed"));
		window.tabTo("[data-flag=by-keyboard] .change");
		window.press(Keys.ENTER);
		window.press(" at all" + Keys.ENTER);
		awaiting().until(() -> window.text("[data-flag=by-keyboard]").contains("No mouse needed at all"));
		window.tabTo("#handlerMillis");
		window.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
		awaiting().until(() -> get("/console").contains("\"handlerMillis\":30"));
		assertThat(window.find("#handlerMillis").getDomAttribute("aria-valuetext")).isEqualTo("30 ms");
		window.tabTo("#silence");
		window.press(Keys.ENTER);
		awaiting().until(() -> window.text("#silence").equals("End black hole"));
		window.press(Keys.ENTER);
		awaiting().until(() -> window.text("#silence").equals("Black hole"));
		window.tabTo("[aria-label='Pause demo']");
		window.tabTo("#log");
	}

	@Test
	void nobodyIsLockedOut() {
		addFlag("dark-mode", true, "Night colours", "Anna");
		for (boolean dark : new boolean[] { false, true }) {
			for (ConsoleWindow window : List.of(desktop(dark), phone(dark))) {
				awaiting().until(() -> !window.text("[data-flag=dark-mode]").isEmpty());
				assertThat(window.complaints()).isEmpty();
				assertThat(window.barriers()).asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
				window.click("#refuse");
				awaiting().until(() -> window.text(STATE).equals("reconnecting"));
				assertThat(window.barriers()).asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
				assertThat(window.overflow()).isZero();
				assertThat(window.foreign()).asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
				window.click("#refuse");
				awaiting().until(() -> window.text(STATE).equals("live"));
			}
		}
	}

	private ConsoleWindow desktop(boolean dark) {
		return opened(ConsoleWindow.desktop(this.port, dark, profile()));
	}

	private ConsoleWindow phone(boolean dark) {
		return opened(ConsoleWindow.phone(this.port, dark, profile()));
	}

	private Path profile() {
		return this.profiles.resolve(String.valueOf(this.windows.size()));
	}

	private ConsoleWindow opened(ConsoleWindow window) {
		this.windows.add(window);
		awaiting().until(() -> window.text(STATE).equals("live"));
		return window;
	}

	private void addFlag(String name, boolean enabled, String description, String by) {
		this.flags.add(name);
		put("/flags/" + name,
				"{\"enabled\":%s,\"description\":\"%s\",\"changedBy\":\"%s\"}".formatted(enabled, description, by));
	}

	private String get(String path) {
		return String.valueOf(http().get().uri(path).retrieve().body(String.class));
	}

	private void post(String path) {
		http().post().uri(path).retrieve().toBodilessEntity();
	}

	private void put(String path, String body) {
		http().put().uri(path).header("Content-Type", "application/json").body(body).retrieve().toBodilessEntity();
	}

	private RestClient http() {
		return RestClient.create("http://localhost:" + this.port);
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(60)).ignoreExceptions();
	}

}

package org.etcdevent.samples.flags;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;

import static org.assertj.core.api.Assertions.assertThat;
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

	private static final Path SCREENSHOTS = Path.of("target", "screenshots");

	private static final Dimension DESKTOP = new Dimension(1_400, 1_500);

	private static final Dimension PHONE = new Dimension(500, 2_400);

	@LocalServerPort
	private int port;

	private final List<ChromeDriver> windows = new ArrayList<>();

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) throws IOException {
		Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "etcd")), "demo");
		int port = TestSocketUtils.findAvailableTcpPort();
		properties.add("demo.etcd.data", data::toString);
		properties.add("demo.etcd.port", () -> port);
	}

	@Test
	void aFlagIsToggledInOneWindowAndSeenInTheOther(TestInfo test) {
		ChromeDriver one = open(DESKTOP, false);
		ChromeDriver other = open(PHONE, true);
		type(one, "name", "Anna");
		one.findElement(By.name("flag")).sendKeys("dark-mode");
		one.findElement(By.name("description")).sendKeys("Night colours" + Keys.ENTER);
		awaiting()
			.untilAsserted(() -> assertThat(row(other, "dark-mode")).contains("Night colours", "off since", "by Anna"));
		toggle(one, "dark-mode").sendKeys(Keys.SPACE);
		awaiting().until(() -> "true".equals(toggle(other, "dark-mode").getAttribute("aria-checked")));
		assertThat(row(other, "dark-mode")).contains("on since");
		shoot(one, test, "desktop");
		shoot(other, test, "phone-dark");
		other.findElement(By.cssSelector("[aria-label='Edit what dark-mode is for']")).click();
		other.findElement(By.cssSelector("[data-flag=dark-mode] input")).sendKeys(" for all" + Keys.ENTER);
		awaiting().untilAsserted(() -> assertThat(row(one, "dark-mode")).contains("Night colours for all"));
		other.findElement(By.cssSelector("[aria-label='Delete dark-mode']")).click();
		awaiting().until(() -> one.findElements(By.cssSelector("[data-flag=dark-mode]")).isEmpty());
		assertThat(one.findElement(By.id("log")).getText()).contains("flags/dark-mode is gone");
	}

	@Test
	void aBlackHoleIsSeenAndSoIsTheRecovery(TestInfo test) {
		ChromeDriver window = open(DESKTOP, false);
		awaiting().until(() -> state(window).equals("live"));
		window.findElement(By.id("silence")).click();
		awaiting().until(() -> !state(window).equals("live"));
		assertThat(window.findElement(By.id("condition")).getText()).contains("swallows everything");
		shoot(window, test, "broken");
		window.findElement(By.id("silence")).click();
		awaiting().until(() -> state(window).equals("live"));
		awaiting().until(() -> window.findElement(By.id("condition")).getText().startsWith("Live again"));
		shoot(window, test, "recovered");
	}

	@Test
	void deliveriesStayBoundedWhileTheHandlerIsSlow(TestInfo test) {
		ChromeDriver window = open(DESKTOP, false);
		slide(window, "handlerMillis", 100);
		slide(window, "rate", 70);
		awaiting().until(() -> figure(window, "Coalesced") > 500);
		assertThat(figure(window, "Backlog")).isLessThanOrEqualTo(100);
		shoot(window, test, "slow");
		slide(window, "rate", 0);
		slide(window, "handlerMillis", 0);
		awaiting().until(() -> follower(window, "ours").contains("Keys behind etcd\n0\n"));
		assertThat(figure(window, "Backlog")).isZero();
		shoot(window, test, "calm");
	}

	@Test
	void etcdIsStoppedAndStarted(TestInfo test) {
		ChromeDriver window = open(DESKTOP, true);
		window.findElement(By.id("etcd")).click();
		awaiting().until(() -> window.findElement(By.id("condition")).getText().equals("etcd is down."));
		awaiting().until(() -> state(window).startsWith("reconnecting"));
		window.findElement(By.name("flag")).sendKeys("nowhere" + Keys.ENTER);
		awaiting().until(() -> window.findElement(By.id("problem")).isDisplayed());
		shoot(window, test, "stopped");
		window.findElement(By.id("etcd")).click();
		awaiting().until(() -> window.findElement(By.id("condition")).getText().startsWith("Live again"));
	}

	@AfterEach
	void close() {
		this.windows.forEach(ChromeDriver::quit);
	}

	private ChromeDriver open(Dimension size, boolean dark) {
		ChromeOptions options = new ChromeOptions();
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
		ChromeDriver window = new ChromeDriver(options);
		this.windows.add(window);
		window.manage().window().setSize(size);
		window.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
		window.get("http://localhost:" + this.port);
		awaiting().until(() -> window.findElement(By.id("link")).getText().startsWith("Connected"));
		return window;
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(60)).ignoreExceptions();
	}

	private static void type(ChromeDriver window, String id, String text) {
		WebElement input = window.findElement(By.id(id));
		input.clear();
		input.sendKeys(text + Keys.TAB);
	}

	private static void slide(ChromeDriver window, String id, int value) {
		window.executeScript("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'));"
				+ "arguments[0].dispatchEvent(new Event('change'))", window.findElement(By.id(id)), value);
	}

	private static WebElement toggle(ChromeDriver window, String flag) {
		return window.findElement(By.cssSelector("[data-flag=" + flag + "] [role=switch]"));
	}

	private static String row(ChromeDriver window, String flag) {
		return window.findElement(By.cssSelector("[data-flag=" + flag + "]")).getText();
	}

	private static String state(ChromeDriver window) {
		return window.findElement(By.cssSelector("[data-watch=demo] .state")).getText();
	}

	private static String follower(ChromeDriver window, String id) {
		return window.findElement(By.id(id)).getText();
	}

	private static long figure(ChromeDriver window, String name) {
		return window.findElements(By.cssSelector("[data-watch=demo] dl > div"))
			.stream()
			.filter((each) -> each.findElement(By.tagName("dt")).getText().equals(name))
			.map((each) -> each.findElement(By.tagName("dd")).getText().replace(",", ""))
			.mapToLong(Long::parseLong)
			.findFirst()
			.orElseThrow();
	}

	private static void shoot(ChromeDriver window, TestInfo test, String what) {
		try {
			Files.createDirectories(SCREENSHOTS);
			String name = test.getTestMethod().orElseThrow().getName() + "-" + what + ".png";
			Files.write(SCREENSHOTS.resolve(name), window.getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

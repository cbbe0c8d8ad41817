package org.etcdevent.samples.flags;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;

import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A window of a real browser that shows the page.
 */
final class ConsoleWindow implements AutoCloseable {

	private static final Path SCREENSHOTS = Path.of("target", "screenshots");

	private final ChromeDriver browser;

	private ConsoleWindow(ChromeDriver browser) {
		this.browser = browser;
	}

	static ConsoleWindow desktop(int port, boolean dark, Path profile) {
		return open(port, Map.of("width", 1_280, "height", 900, "deviceScaleFactor", 1, "mobile", false), dark,
				profile);
	}

	static ConsoleWindow phone(int port, boolean dark, Path profile) {
		return open(port, Map.of("width", 390, "height", 844, "deviceScaleFactor", 2, "mobile", true), dark, profile);
	}

	private static ConsoleWindow open(int port, Map<String, Object> screen, boolean dark, Path profile) {
		ChromeOptions options = new ChromeOptions();
		// It asks nobody but the page: what it would look up by itself is off.
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
				"--disable-sync", "--hide-scrollbars", "--user-data-dir=" + profile,
				"--host-resolver-rules=MAP *.example 127.0.0.1");
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.WARNING);
		options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
		ChromeDriver browser = new ChromeDriver(options);
		browser.executeCdpCommand("Emulation.setDeviceMetricsOverride", screen);
		browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
		browser.get("http://localhost:" + port);
		return new ConsoleWindow(browser);
	}

	WebElement find(String selector) {
		return this.browser.findElement(By.cssSelector(selector));
	}

	/** Its text, empty while it is not there. */
	String text(String selector) {
		return this.browser.findElements(By.cssSelector(selector))
			.stream()
			.findFirst()
			.map(WebElement::getText)
			.orElse("");
	}

	List<String> texts(String selector) {
		return this.browser.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
	}

	/** Opens another address in this window, and returns its text. */
	String visit(String url) {
		this.browser.get(url);
		return text("body");
	}

	String title() {
		return Objects.requireNonNullElse(this.browser.getTitle(), "");
	}

	void click(String selector) {
		find(selector).click();
	}

	void type(String selector, CharSequence... keys) {
		find(selector).sendKeys(keys);
	}

	/** Goes on with the tabulator until it is there, as who has no mouse. */
	void tabTo(String selector) {
		WebElement wanted = find(selector);
		for (int i = 0; i < 100; i++) {
			WebElement focused = this.browser.switchTo().activeElement();
			if (focused.equals(wanted)) {
				return;
			}
			focused.sendKeys(Keys.TAB);
		}
		throw new AssertionError("The tabulator does not lead to " + selector);
	}

	/** Presses keys wherever the keyboard is. */
	void press(CharSequence... keys) {
		this.browser.switchTo().activeElement().sendKeys(keys);
	}

	/** Moves sliders as fast as a script can: what each is to show, by id. */
	void slide(Map<String, Integer> stops) {
		stops.forEach((id, stop) -> this.browser.executeScript("""
				const slider = document.getElementById(arguments[0]);
				slider.value = arguments[1];
				slider.dispatchEvent(new Event("input"));
				slider.dispatchEvent(new Event("change"));
				""", id, stop));
	}

	/** A figure of the demo's watch. */
	long figure(String name) {
		String script = """
				const terms = [...document.querySelectorAll("[data-watch=demo] dt")];
				return terms.find((term) => term.textContent === arguments[0]).nextElementSibling.textContent;
				""";
		return number(this.browser.executeScript(script, name));
	}

	/** A figure of one of the two consumers of the demo's keys. */
	String consumer(String figure, String consumer) {
		return text("[data-figure=" + figure + "] ." + consumer);
	}

	/** The number of changes that the demo has written. */
	long written() {
		return number(text("#written").replaceAll("[^0-9]", ""));
	}

	static long number(Object text) {
		return Long.parseLong(Objects.toString(text).replace(",", ""));
	}

	/** By how many pixels the page is wider than the screen. */
	long overflow() {
		return (long) run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
	}

	/**
	 * Scrolls to an element; whether the screen then shows all of it and of another one.
	 */
	boolean isInView(String first, String last) {
		return (boolean) this.browser.executeScript("""
				const [first, last] = [...arguments].map((selector) => document.querySelector(selector));
				first.scrollIntoView({ block: "start" });
				const top = first.getBoundingClientRect().top;
				const bottom = last.getBoundingClientRect().bottom;
				return top > -1 && top < bottom && bottom <= window.innerHeight;
				""", first, last);
	}

	/** What the browser complained about. */
	List<String> complaints() {
		return this.browser.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::toString).toList();
	}

	/** Whatever the page has loaded from elsewhere. */
	Object foreign() {
		return run("""
				return performance.getEntriesByType("resource").map((each) => each.name)
					.filter((name) => !name.startsWith(location.origin) && !name.startsWith("data:"))""");
	}

	/** What breaks the rules of WCAG 2.2, levels A and AA, as axe finds it. */
	Object barriers() {
		run(script("/axe.min.js"));
		return this.browser.executeAsyncScript("""
				const done = arguments[arguments.length - 1];
				const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
				axe.run({ runOnly: tags }).then((found) => done(found.violations.flatMap((rule) =>
					rule.nodes.map((node) => `${rule.id}: ${node.html}: ${node.failureSummary}`))));
				""");
	}

	/** The whole page, below {@code target/screenshots}. */
	void shoot(String name) {
		Map<?, ?> size = (Map<?, ?>) this.browser.executeCdpCommand("Page.getLayoutMetrics", Map.of())
			.get("cssContentSize");
		Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", size.get("width"), "height", size.get("height"),
				"scale", 1);
		shoot(name, Map.of("captureBeyondViewport", true, "clip", clip));
	}

	/** What the screen shows, below {@code target/screenshots}. */
	void shootView(String name) {
		shoot(name, Map.of());
	}

	private void shoot(String name, Map<String, Object> parameters) {
		Object png = this.browser.executeCdpCommand("Page.captureScreenshot", parameters).get("data");
		try {
			Files.createDirectories(SCREENSHOTS);
			Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(Objects.toString(png)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Object run(String script) {
		return Objects.requireNonNullElse(this.browser.executeScript(script), "");
	}

	private static String script(String resource) {
		try (InputStream script = Objects.requireNonNull(ConsoleWindow.class.getResourceAsStream(resource))) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.browser.quit();
	}

}

package org.etcdevent.readme;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.etcdevent.EtcdWatch;
import org.etcdevent.KeyRange;
import org.etcdevent.actuate.EtcdWatchMetrics;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What the tables of the README say is what the code does: nothing more, nothing less,
 * and with the same defaults.
 */
class ReadmeReferenceTests {

	private static final String PREFIX = "etcd.event.";

	private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

	private static final Pattern LOGGED = Pattern.compile("logger\\.(?:warn|error|info)\\((.+?)\\);", Pattern.DOTALL);

	/** In a message, what is put in at run time. */
	private static final Pattern EXPRESSION = Pattern.compile("\"\\s*\\+[^\"]*(?:\\+\\s*\"|$)");

	@Test
	void everyPropertyIsThereWithItsDefault() throws IOException {
		Map<String, String> expected = new TreeMap<>();
		try (InputStream file = EtcdWatch.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			for (JsonNode property : JsonMapper.builder().build().readTree(file).get("properties")) {
				String name = property.get("name").asString();
				if (name.startsWith(PREFIX) && !name.equals(PREFIX + "values")) {
					JsonNode value = property.path("defaultValue");
					expected.put(name.substring(PREFIX.length()),
							(value.isArray() ? value.get(0) : value).asString(""));
				}
			}
		}
		for (String name : List.of("key", "range-end", "type", "decoder")) {
			expected.put("values.<name>." + name, "");
		}
		Map<String, String> documented = new TreeMap<>();
		for (List<String> row : ReadmeTable.rows("## Properties", "property")) {
			for (String name : quoted(row.get(0))) {
				documented.put(name, String.join("", quoted(row.get(1))));
			}
		}
		assertThat(documented).isEqualTo(expected);
	}

	@Test
	void everyAttributeOfTheAnnotationIsThereWithItsDefault() {
		Map<String, String> expected = new TreeMap<>();
		for (Method attribute : EtcdWatch.class.getDeclaredMethods()) {
			expected.put(attribute.getName(), String.valueOf(attribute.getDefaultValue()).replace("null", ""));
		}
		// Which is made of the bean's name and the method's where there is none.
		expected.put("id", "bean.method");
		Map<String, String> documented = new TreeMap<>();
		for (List<String> row : ReadmeTable.rows("### Which signature for which job", "attribute")) {
			documented.put(quoted(row.get(0)).get(0), String.join("", quoted(row.get(1))));
		}
		assertThat(documented).isEqualTo(expected);
	}

	@Test
	void everyMeterIsThereWithItsKindAndTags() {
		Map<String, String> kinds = new TreeMap<>();
		List<List<String>> rows = ReadmeTable.rows("## Meters", "meter");
		for (Meter meter : meters()) {
			String name = meter.getId().getName();
			kinds.put(name, kind(meter));
			List<String> words = rows.stream()
				.filter((row) -> row.get(0).equals("`" + name + "`"))
				.flatMap((row) -> quoted(row.get(2)).stream())
				.toList();
			for (Tag tag : meter.getId().getTags()) {
				if (!List.of("watch", "range").contains(tag.getKey())) {
					assertThat(words).as(name).contains(tag.getKey(), tag.getValue());
				}
			}
		}
		Map<String, String> documented = new TreeMap<>();
		rows.forEach((row) -> documented.put(quoted(row.get(0)).get(0), row.get(1)));
		assertThat(documented).isEqualTo(kinds);
	}

	@Test
	void everyLogLineOfTheOperationsIsWrittenAndEveryOneThatIsWrittenIsThere() throws IOException {
		List<String> documented = ReadmeTable.rows("## Operations", "you see")
			.stream()
			.flatMap((row) -> Stream.concat(quoted(row.get(0)).stream(), quoted(row.get(2)).stream()))
			.filter((text) -> text.contains(" "))
			.toList();
		String sources = sources();
		String texts = texts(sources);
		assertThat(documented).hasSizeGreaterThan(10)
			.flatMap((line) -> List.of(line.split("…")))
			.filteredOn((part) -> !texts.contains(part))
			.isEmpty();
		assertThat(logged(sources)).hasSizeGreaterThan(10)
			.filteredOn((message) -> documented.stream().noneMatch((line) -> describes(line, message)))
			.isEmpty();
	}

	private static List<String> quoted(String text) {
		return QUOTED.matcher(text).results().map((match) -> match.group(1)).toList();
	}

	private static List<Meter> meters() {
		EtcdWatchRegistry watches = mock(EtcdWatchRegistry.class);
		given(watches.statuses()).willReturn(List.of(new EtcdWatchContainerStatus("flags", KeyRange.prefix("flags/"),
				false, false, null, 0, 0, 0, null, List.of(), null)));
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new EtcdWatchMetrics(() -> watches).bindTo(registry);
		return registry.getMeters();
	}

	private static String kind(Meter meter) {
		if (meter instanceof TimeGauge) {
			return "time gauge";
		}
		if (meter instanceof FunctionCounter) {
			return "counter";
		}
		return (meter instanceof Timer) ? "timer" : "gauge";
	}

	private static String sources() throws IOException {
		StringBuilder sources = new StringBuilder();
		try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".java")).toList()) {
				sources.append(Files.readString(file));
			}
		}
		return sources.toString();
	}

	/** What is written as a text in several lines is one. */
	private static String texts(String source) {
		return source.replaceAll("\"\\s*\\+\\s*\"", "");
	}

	/** The messages that are written where they are logged. */
	private static List<String> logged(String sources) {
		List<String> messages = new ArrayList<>();
		Matcher call = LOGGED.matcher(sources);
		while (call.find()) {
			String text = texts(call.group(1));
			if (text.startsWith("\"")) {
				String message = EXPRESSION.matcher(text.substring(1)).replaceAll("…");
				messages.add(message.replaceAll("\"[^\"]*$", ""));
			}
		}
		return messages;
	}

	private static boolean describes(String line, String message) {
		return Arrays.stream(line.split("…")).allMatch(message::contains);
	}

}

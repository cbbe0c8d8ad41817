package org.etcdevent.samples.flags;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is in {@code samples/observability}, against the running sample and a real
 * Prometheus.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ObservabilityIntegrationTests {

	private static final Path FOLDER = Path.of("..", "observability");

	private static final Path DASHBOARD = FOLDER.resolve("grafana-dashboard.json");

	private static final Pattern METER = Pattern.compile("etcd_watch_[a-z_]+");

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final JsonMapper mapper = new JsonMapper();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) {
		properties.add("etcd.event.endpoints", () -> EtcdServer.shared().endpoint());
	}

	@ParameterizedTest
	@ValueSource(strings = { "alerts.yml", "alerts-tests.yml", "grafana-dashboard.json" })
	void everyMeterThatIsNamedIsThere(String file) throws IOException {
		String shown = get("http://localhost:" + this.port + "/actuator/prometheus");
		List<String> named = METER.matcher(Files.readString(FOLDER.resolve(file)))
			.results()
			.map((result) -> result.group())
			.distinct()
			.toList();
		assertThat(named).isNotEmpty().allSatisfy((meter) -> assertThat(shown).contains("\n" + meter + "{"));
	}

	@Test
	@Tag("prometheus")
	void prometheusTakesTheRulesAndTheyFireWhenTheyShould() throws Exception {
		run("promtool", "check", "config", "prometheus.yml");
		run("promtool", "check", "rules", "alerts.yml");
		run("promtool", "test", "rules", "alerts-tests.yml");
	}

	@Test
	@Tag("prometheus")
	void everyPanelShowsSomethingFromARealPrometheus(@TempDir Path folder) throws Exception {
		String config = Files.readString(FOLDER.resolve("prometheus.yml"));
		Files.copy(FOLDER.resolve("alerts.yml"), folder.resolve("alerts.yml"));
		Path here = Files.writeString(folder.resolve("prometheus.yml"),
				config.replace("localhost:8080", "localhost:" + this.port).replace("15s", "1s"));
		int own = TestSocketUtils.findAvailableTcpPort();
		Process prometheus = new ProcessBuilder("prometheus", "--config.file=" + here,
				"--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + own)
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("log").toFile())
			.start();
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			List<String> queries = queries();
			assertThat(queries).hasSizeGreaterThan(9);
			for (String query : queries) {
				await(query).atMost(PATIENCE).ignoreExceptions().until(() -> {
					admin.put("flags/observed", "{\"enabled\":true}");
					return answer(own, query).at("/data/result").size() > 0;
				});
			}
			JsonNode rules = this.mapper.readTree(get("http://127.0.0.1:" + own + "/api/v1/rules"));
			assertThat(rules.at("/data/groups/0/rules").size()).isEqualTo(9);
			admin.delete("flags/observed");
		}
		finally {
			prometheus.destroy();
			assertThat(prometheus.waitFor(30, TimeUnit.SECONDS)).isTrue();
		}
	}

	/** What the dashboard asks, with its variables filled in as Grafana would. */
	private List<String> queries() throws IOException {
		List<String> queries = new ArrayList<>();
		for (JsonNode panel : this.mapper.readTree(DASHBOARD.toFile()).get("panels")) {
			for (JsonNode target : panel.get("targets")) {
				queries.add(target.get("expr")
					.asString()
					.replace("$job", "feature-flags")
					.replace("$watch", ".*")
					.replace("$__rate_interval", "4s"));
			}
		}
		return queries;
	}

	private JsonNode answer(int prometheus, String query) {
		return this.mapper.readTree(RestClient.create()
			.get()
			.uri("http://127.0.0.1:" + prometheus + "/api/v1/query?query={query}", query)
			.retrieve()
			.body(String.class));
	}

	private static String get(String url) {
		return String.valueOf(RestClient.create().get().uri(url).retrieve().body(String.class));
	}

	private static void run(String... command) throws Exception {
		Process process = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(() -> Stream.of(command).toList() + ": " + output).isZero();
	}

}

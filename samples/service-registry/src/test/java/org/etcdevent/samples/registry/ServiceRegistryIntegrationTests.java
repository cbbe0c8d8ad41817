package org.etcdevent.samples.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two instances on a real etcd: this test's application, and a process that is killed.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ServiceRegistryIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@LocalServerPort
	private int port;

	@Autowired
	private Instances instances;

	@Autowired
	private Registration registration;

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) {
		properties.add("etcd.event.endpoints", () -> EtcdServer.shared().endpoint());
	}

	@Test
	void instancesAreCalledInTurnAndVanishWhenTheyAreKilled(@TempDir Path folder) throws Exception {
		await().atMost(PATIENCE).until(() -> this.instances.all().size() == 1);
		Process other = start(folder);
		try {
			await().atMost(PATIENCE).until(() -> this.instances.all().size() == 2);
			Set<String> greetings = new HashSet<>();
			await().atMost(PATIENCE).until(() -> {
				greetings.add(call());
				return greetings.size() == 2;
			});
			assertThat(greetings).contains("Hello from process " + other.pid());
		}
		finally {
			other.destroyForcibly().waitFor();
		}
		assertThat(call()).as("whose turn it is while the other is still in the list").isEqualTo(own());
		assertThat(call()).isEqualTo(own());
		await().atMost(PATIENCE).until(() -> this.instances.all().size() == 1);
		assertThat(call()).isEqualTo(own());
	}

	@Test
	void anInstanceWhoseEntryIsGoneComesBack() {
		await().atMost(PATIENCE).until(() -> this.instances.all().size() == 1);
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			long gone = admin.delete(this.registration.key());
			await().atMost(PATIENCE).until(() -> admin.revision() > gone);
		}
		await().atMost(PATIENCE).until(() -> this.instances.all().size() == 1);
	}

	private static String own() {
		return "Hello from process " + ProcessHandle.current().pid();
	}

	private static Process start(Path folder) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
				Path.of("target", "service-registry.jar").toString(), "--server.port=0",
				"--etcd.event.endpoints=" + EtcdServer.shared().endpoint())
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("log").toFile())
			.start();
	}

	private String call() {
		return String.valueOf(
				RestClient.create("http://localhost:" + this.port).get().uri("/call").retrieve().body(String.class));
	}

}

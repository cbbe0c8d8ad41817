package org.etcdevent.autoconfigure.docker.compose;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.etcd.jetcd.Client;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection to an etcd that Docker Compose runs.
 */
@Tag("docker")
class EtcdDockerComposeIntegrationTests {

	private static Path file;

	@BeforeAll
	static void findFile() throws IOException {
		file = new ClassPathResource("etcd-compose.yaml", EtcdDockerComposeIntegrationTests.class).getFile().toPath();
	}

	/** Spring Boot would do so when the JVM ends, which nobody can look at. */
	@AfterAll
	static void stop() throws IOException, InterruptedException {
		compose("down", "--volumes");
		assertThat(compose("ps", "--all", "--quiet")).isEmpty();
	}

	private static String compose(String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of("docker", "compose", "--file", file.toString()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
		return output;
	}

	@Test
	void followsWhatTheClientWrites() throws InterruptedException {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.docker.compose.file=" + file, "--spring.docker.compose.skip.in-tests=false",
					"--spring.docker.compose.lifecycle-management=start-only");
				EtcdValue<String> word = context.getBean(EtcdValues.class).value(KeyRange.key("word"), String.class)) {
			long revision = EtcdAdmin
				.get(context.getBean(Client.class)
					.getKVClient()
					.put(EtcdAdmin.bytes("word"), EtcdAdmin.bytes("written")))
				.getHeader()
				.getRevision();
			assertThat(word.await(revision, FollowedEtcd.PATIENCE)).isTrue();
			assertThat(word.get()).contains("written");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}

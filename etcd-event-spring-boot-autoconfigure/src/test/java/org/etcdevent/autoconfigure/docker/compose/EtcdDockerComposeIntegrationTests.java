package org.etcdevent.autoconfigure.docker.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.etcd.jetcd.Client;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

	@Test
	void followsWhatTheClientWrites(@TempDir Path folder) throws IOException, InterruptedException {
		Path file = folder.resolve("compose.yaml");
		Files.write(file, new ClassPathResource("etcd-compose.yaml", getClass()).getContentAsByteArray());
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.docker.compose.file=" + file, "--spring.docker.compose.skip.in-tests=false",
					"--spring.docker.compose.stop.command=down");
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

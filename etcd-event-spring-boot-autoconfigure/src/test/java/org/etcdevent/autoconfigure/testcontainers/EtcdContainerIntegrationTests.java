package org.etcdevent.autoconfigure.testcontainers;

import io.etcd.jetcd.Client;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.etcdevent.autoconfigure.EtcdAutoConfiguration;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection to etcd in a container.
 */
@Tag("docker")
@SpringJUnitConfig
class EtcdContainerIntegrationTests {

	@ServiceConnection
	@SuppressWarnings("resource") // closed at the end
	static final GenericContainer<?> etcd = new GenericContainer<>(
			DockerImageName.parse("gcr.io/etcd-development/etcd:v3.5.30"))
		.withExposedPorts(2379)
		.withCommand("/usr/local/bin/etcd", "--listen-client-urls", "http://0.0.0.0:2379", "--advertise-client-urls",
				"http://0.0.0.0:2379")
		.waitingFor(Wait.forHttp("/health").forPort(2379));

	@Autowired
	private Client client;

	@Autowired
	private EtcdValues values;

	@AfterAll
	static void stopContainer() {
		etcd.stop();
	}

	@Test
	void followsWhatTheClientWrites() throws InterruptedException {
		try (EtcdValue<String> word = this.values.value(KeyRange.key("word"), String.class)) {
			long revision = EtcdAdmin
				.get(this.client.getKVClient().put(EtcdAdmin.bytes("word"), EtcdAdmin.bytes("written")))
				.getHeader()
				.getRevision();
			assertThat(word.await(revision, FollowedEtcd.PATIENCE)).isTrue();
			assertThat(word.get()).contains("written");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(EtcdAutoConfiguration.class)
	static class Application {

	}

}

package org.etcdevent.autoconfigure.testcontainers;

import java.net.URI;
import java.util.List;

import org.etcdevent.autoconfigure.EtcdAutoConfiguration;
import org.etcdevent.autoconfigure.EtcdConnectionDetails;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.context.ImportTestcontainers;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EtcdContainerConnectionDetailsFactory}, as Boot finds and asks it,
 * with containers that need no Docker.
 */
class EtcdContainerConnectionDetailsFactoryTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, EtcdAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(classes = { Quay.class, Google.class, Bitnami.class, BitnamiLegacy.class, Named.class })
	void isFoundByItsImageOrItsName(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasSingleBean(EtcdConnectionDetails.class);
			EtcdConnectionDetails details = context.getBean(EtcdConnectionDetails.class);
			assertThat(details.getEndpoints()).isEqualTo(List.of(URI.create("http://etcd.example.org:32379")));
			assertThat(details.getUsername()).isNull();
			assertThat(details.getPassword()).isNull();
			assertThat(details.getSslBundle()).isNull();
		});
	}

	@Test
	void takesTheRootPasswordOfTheEnvironment() {
		this.contextRunner.withUserConfiguration(WithPassword.class).run((context) -> {
			EtcdConnectionDetails details = context.getBean(EtcdConnectionDetails.class);
			assertThat(details.getUsername()).isEqualTo("root");
			assertThat(details.getPassword()).isEqualTo("s3same");
		});
	}

	@Test
	void winsOverProperties() {
		this.contextRunner.withUserConfiguration(Quay.class)
			.withPropertyValues("etcd.event.endpoints=http://localhost:1")
			.run((context) -> assertThat(context.getBean(EtcdConnectionDetails.class).getEndpoints())
				.containsExactly(URI.create("http://etcd.example.org:32379")));
	}

	private static final class FakeContainer extends GenericContainer<FakeContainer> {

		private final String image;

		FakeContainer(String image) {
			super(DockerImageName.parse(image));
			this.image = image;
		}

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public String getDockerImageName() {
			return this.image;
		}

		@Override
		public String getHost() {
			return "etcd.example.org";
		}

		@Override
		public Integer getMappedPort(int originalPort) {
			return 30_000 + originalPort;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class Quay {

		@ServiceConnection
		static FakeContainer etcd = new FakeContainer("quay.io/coreos/etcd:v3.6.5");

	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class Google {

		@ServiceConnection
		static FakeContainer etcd = new FakeContainer("gcr.io/etcd-development/etcd:v3.6.5");

	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class Bitnami {

		@ServiceConnection
		static FakeContainer etcd = new FakeContainer("bitnami/etcd:3.6");

	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class BitnamiLegacy {

		@ServiceConnection
		static FakeContainer etcd = new FakeContainer("bitnamilegacy/etcd:3.6");

	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class Named {

		@ServiceConnection(name = "etcd")
		static FakeContainer etcd = new FakeContainer("registry.example.org/ours/store:1");

	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class WithPassword {

		@ServiceConnection
		static FakeContainer etcd = new FakeContainer("bitnami/etcd:3.6").withEnv("ETCD_ROOT_PASSWORD", "s3same");

	}

}

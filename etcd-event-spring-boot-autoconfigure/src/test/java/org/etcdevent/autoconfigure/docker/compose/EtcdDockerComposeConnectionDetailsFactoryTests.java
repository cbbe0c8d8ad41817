package org.etcdevent.autoconfigure.docker.compose;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.etcdevent.autoconfigure.EtcdConnectionDetails;
import org.etcdevent.testsupport.SelfSigned;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link EtcdDockerComposeConnectionDetailsFactory}, as Boot finds and asks it.
 */
class EtcdDockerComposeConnectionDetailsFactoryTests {

	private final RunningService service = mock(RunningService.class);

	private final Map<String, String> labels = new HashMap<>();

	private final Map<String, String> environment = new HashMap<>();

	@BeforeEach
	void setUp() {
		ConnectionPorts ports = mock(ConnectionPorts.class);
		given(ports.get(2379)).willReturn(30001);
		given(this.service.host()).willReturn("localhost");
		given(this.service.ports()).willReturn(ports);
		given(this.service.labels()).willReturn(this.labels);
		given(this.service.env()).willReturn(this.environment);
	}

	@ParameterizedTest
	@ValueSource(strings = { "quay.io/coreos/etcd:v3.6.5", "gcr.io/etcd-development/etcd:v3.6.5", "bitnami/etcd",
			"bitnamilegacy/etcd:3.6", "etcd" })
	void isFoundByItsImage(String image) {
		EtcdConnectionDetails details = details(image);
		assertThat(details).isNotNull();
		assertThat(details.getEndpoints()).containsExactly(URI.create("http://localhost:30001"));
		assertThat(details.getUsername()).isNull();
		assertThat(details.getPassword()).isNull();
		assertThat(details.getSslBundle()).isNull();
	}

	@Test
	void isFoundByItsLabel() {
		this.labels.put("org.springframework.boot.service-connection", "etcd");
		assertThat(details("registry.example.org/ours/store:1")).isNotNull();
	}

	@Test
	void anotherServiceIsNoneOfOurs() {
		assertThat(details("redis:8")).isNull();
	}

	@Test
	void takesTheRootPasswordOfTheEnvironment() {
		this.environment.put("ETCD_ROOT_PASSWORD", "s3same");
		EtcdConnectionDetails details = details("bitnami/etcd");
		assertThat(details).isNotNull();
		assertThat(details.getUsername()).isEqualTo("root");
		assertThat(details.getPassword()).isEqualTo("s3same");
	}

	@Test
	void speaksTlsWhereLabelsNameABundle(@TempDir Path folder) {
		this.labels.put("org.springframework.boot.sslbundle.pem.truststore.certificate",
				"file:" + new SelfSigned(folder, "server").certificate());
		EtcdConnectionDetails details = details("quay.io/coreos/etcd:v3.6.5");
		assertThat(details).isNotNull();
		assertThat(details.getEndpoints()).containsExactly(URI.create("https://localhost:30001"));
		assertThat(details.getSslBundle()).isNotNull();
	}

	private @Nullable EtcdConnectionDetails details(String image) {
		given(this.service.image()).willReturn(ImageReference.of(image));
		DockerComposeConnectionSource source = mock(DockerComposeConnectionSource.class);
		given(source.getRunningService()).willReturn(this.service);
		Map<Class<?>, ConnectionDetails> found = new ConnectionDetailsFactories(getClass().getClassLoader())
			.getConnectionDetails(source, false);
		return (EtcdConnectionDetails) found.get(EtcdConnectionDetails.class);
	}

}

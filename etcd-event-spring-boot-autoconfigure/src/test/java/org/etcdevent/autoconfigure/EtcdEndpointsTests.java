package org.etcdevent.autoconfigure;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.autoconfigure.EtcdAutoConfigurationTests.assertFailure;
import static org.etcdevent.autoconfigure.EtcdAutoConfigurationTests.messages;

/**
 * Tests for the endpoints that {@link PropertiesEtcdConnectionDetails} takes and refuses.
 */
class EtcdEndpointsTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class));

	@Test
	void takesEndpointsWithAndWithoutPort() {
		this.contextRunner
			.withPropertyValues(
					"etcd.event.endpoints=http://one, http://[::1]:2479/, http://my_host, http://[fe80::1%25eth0]")
			.run((context) -> assertThat(context.getBean(EtcdConnectionDetails.class).getEndpoints()).containsExactly(
					URI.create("http://one:2379"), URI.create("http://[::1]:2479"), URI.create("http://my_host:2379"),
					URI.create("http://[fe80::1%eth0]:2379")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost:2379", "ftp://localhost", "http://", "http://my+host:2379", "http://host:x",
			"http://host:70000", "http://host/path", "http://host?query", "http://two words", "http://:2379",
			"dns+srv://host:2379", "dns+srv://", "dns+srv:///a/b", "dns+srv://host?query" })
	void refusesAnEndpointThatIsNone(String endpoint) {
		this.contextRunner.withPropertyValues("etcd.event.endpoints[0]=" + endpoint)
			.run((context) -> assertFailure(context, "etcd.event.endpoints[0]"));
	}

	@Test
	void refusesCredentialsInAnEndpointWithoutTellingThem() {
		this.contextRunner.withPropertyValues("etcd.event.endpoints[0]=http://root:secret@host").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(messages(context.getStartupFailure())).contains("etcd.event.endpoints[0]")
				.contains("etcd.event.username")
				.doesNotContain("secret");
		});
	}

	@Test
	void refusesAMixOfPlainAndTls() {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=http://one,https://two")
			.run((context) -> assertFailure(context, "etcd.event.endpoints"));
	}

	@Test
	void takesADomainWhoseRecordsNameTheMembers() {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=DNS+SRV://etcd.example.com")
			.run((context) -> assertThat(context.getBean(EtcdConnectionDetails.class).getEndpoints())
				.containsExactly(URI.create("dns+srv:///etcd.example.com")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://one,dns+srv://two", "dns+srv://one,dns+srv://two" })
	void refusesADomainBesideOtherEndpoints(String endpoints) {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=" + endpoints)
			.run((context) -> assertFailure(context, "etcd.event.endpoints"));
	}

	@Test
	void refusesNoEndpointAtAll() {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=")
			.run((context) -> assertFailure(context, "etcd.event.endpoints"));
	}

}

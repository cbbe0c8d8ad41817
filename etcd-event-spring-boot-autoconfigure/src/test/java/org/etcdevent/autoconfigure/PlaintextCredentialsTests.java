package org.etcdevent.autoconfigure;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The warning at start where user and password would travel in plaintext.
 */
@ExtendWith(OutputCaptureExtension.class)
class PlaintextCredentialsTests {

	private static final String USER = "etcd.event.username=app";

	private static final String PASSWORD = "etcd.event.password=s3same";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, EtcdAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "'http://etcd.invalid:2379,http://localhost:2379', http://etcd.invalid:2379",
			"http://10.0.0.1:2379, http://10.0.0.1:2379", "http://[2001:db8::1]:2379, http://[2001:db8::1]:2379",
			"http://localhost.invalid:2379, http://localhost.invalid:2379",
			"http://127.0.0.1.invalid, 127.0.0.1.invalid", "dns+srv://etcd.invalid, dns+srv:///etcd.invalid" })
	void oneWarningNamesTheEndpoints(String endpoints, String named, CapturedOutput output) {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=" + endpoints, USER, PASSWORD)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("user and password", "in plaintext", named, "'etcd.event.endpoints'", "'etcd.event.ssl.bundle'")
			.doesNotContain("s3same", "//localhost:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://etcd.invalid:2379", "http://localhost:2379", "http://LOCALHOST:2379",
			"http://127.0.0.1:2379", "http://127.8.9.10:2379", "http://[::1]:2379", "http://etcd.localhost:2379",
			"http://[0:0:0:0:0:0:0:1]" })
	void noWarningWhereNobodyCanListen(String endpoint, CapturedOutput output) {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=" + endpoint, USER, PASSWORD)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(warnings(output)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://etcd.invalid:2379", "dns+srv://etcd.invalid" })
	void noWarningWithoutCredentials(String endpoint, CapturedOutput output) {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=" + endpoint)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(warnings(output)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://etcd.invalid:2379" })
	void connectionDetailsOfTheApplicationAreLookedAtLikewise(String endpoint, CapturedOutput output) {
		this.contextRunner.withBean(EtcdConnectionDetails.class, () -> details(endpoint))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(warnings(output)).singleElement().asString().contains(endpoint);
	}

	private static EtcdConnectionDetails details(String endpoint) {
		return new EtcdConnectionDetails() {

			@Override
			public List<URI> getEndpoints() {
				return List.of(URI.create(endpoint));
			}

			@Override
			public String getUsername() {
				return "app";
			}

			@Override
			public String getPassword() {
				return "s3same";
			}

		};
	}

	private static List<String> warnings(CapturedOutput output) {
		return output.getAll().lines().filter((line) -> line.contains("WARN") && line.contains("plaintext")).toList();
	}

}

package org.etcdevent.samples.registry;

import java.net.URI;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Instance}.
 */
class InstanceTests {

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1:8080", "[::1]:1", "greeter-1.example.com:65535" })
	void isCalledWhereItListens(String text) {
		assertThat(Instance.valueOf(text).uri("/hello")).isEqualTo(URI.create("http://" + text + "/hello"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "host", "host:", ":80", "http://host:80", "host:80/path", "user@host:80", "host:0",
			"host:65536", "host:99999", "a..b:80", "-:80", "[:::]:80" })
	void whatCannotBeCalledIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.valueOf(text));
	}

}

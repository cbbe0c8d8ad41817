package org.etcdevent.samples.flags;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;

/**
 * Tests for {@link SameOriginFilter}.
 */
@WebMvcTest(FlagsController.class)
class SameOriginFilterTests {

	@Autowired
	private MockMvcTester mvc;

	@MockitoBean
	private FlagStore store;

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:8080", "http://127.0.0.1:8080" })
	void allowsItsOwnPage(String origin) {
		given(this.store.delete("dark")).willReturn(true);
		assertThat(this.mvc.delete().uri(origin + "/flags/dark").header("Origin", origin))
			.hasStatus(HttpStatus.NO_CONTENT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:3000", "https://localhost:8080", "http://127.0.0.1:8080",
			"http://evil.example", "http://localhost.evil.example:8080", "null", "file://", "localhost:8080" })
	void refusesThePagesOfOtherOrigins(String origin) {
		assertThat(this.mvc.delete().uri("http://localhost:8080/flags/dark").header("Origin", origin))
			.hasStatus(HttpStatus.FORBIDDEN)
			.bodyText()
			.contains("another origin");
		then(this.store).shouldHaveNoInteractions();
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example", "localhost.evil.example", "192.168.1.7", "0.0.0.0" })
	void refusesOtherHostNames(String host) {
		assertThat(this.mvc.get().uri("http://" + host + ":8080/flags").header("Origin", "http://" + host + ":8080"))
			.hasStatus(HttpStatus.FORBIDDEN)
			.bodyText()
			.contains("feature-flags.allowed-hosts");
		then(this.store).shouldHaveNoInteractions();
	}

	@Test
	void setsAPolicyThatForbidsInlineScriptsAndOtherSites() {
		given(this.store.all()).willReturn(Map.of());
		assertThat(this.mvc.get().uri("/flags")).hasStatusOk()
			.headers()
			.hasHeaderSatisfying("Content-Security-Policy",
					(policies) -> assertThat(policies).singleElement()
						.asString()
						.contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
						.doesNotContain("unsafe", "*"));
	}

}

package org.etcdevent.samples.flags;

import java.util.Map;

import org.etcdevent.EtcdSyncTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;

/**
 * Tests for {@link FlagsController}.
 */
@WebMvcTest(FlagsController.class)
class FlagsControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@MockitoBean
	private FlagStore store;

	@Test
	void tellsAllFlags() {
		given(this.store.all()).willReturn(Map.of("dark", new Flag(true, null, null)));
		assertThat(this.mvc.get().uri("/flags")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("{\"dark\":{\"enabled\":true}}");
	}

	@Test
	void putsAFlag() {
		assertThat(put("dark", "{\"enabled\":true}")).hasStatusOk().bodyJson().isStrictlyEqualTo("{\"enabled\":true}");
		then(this.store).should().put("dark", new Flag(true, null, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "on", "{}", "{\"enabled\":null}", "{\"enabled\":\"maybe\"}", "[]" })
	void refusesABodyThatIsNoFlag(String body) {
		assertThat(put("dark", body)).hasStatus(HttpStatus.BAD_REQUEST);
		then(this.store).shouldHaveNoInteractions();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "a:b", "ä",
			"a-name-that-is-much-longer-than-any-sensible-name-of-a-feature-flag-would-be" })
	void refusesANameThatIsNone(String name) {
		assertThat(put(name, "{\"enabled\":true}")).hasStatus(HttpStatus.BAD_REQUEST);
		assertThat(this.mvc.delete().uri("/flags/{name}", name)).hasStatus(HttpStatus.BAD_REQUEST);
		then(this.store).shouldHaveNoInteractions();
	}

	@Test
	void deletesAFlag() {
		given(this.store.delete("dark")).willReturn(true);
		assertThat(this.mvc.delete().uri("/flags/dark")).hasStatus(HttpStatus.NO_CONTENT);
	}

	@Test
	void saysSoWhenThereIsNoSuchFlag() {
		assertThat(this.mvc.delete().uri("/flags/dark")).hasStatus(HttpStatus.NOT_FOUND);
	}

	@Test
	void saysSoWhenEtcdDoesNotAnswer() {
		given(this.store.all()).willThrow(new EtcdSyncTimeoutException("nothing yet", null));
		assertThat(this.mvc.get().uri("/flags")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE);
		willThrow(new FlagsUnavailableException("no answer", null)).given(this.store)
			.put("dark", new Flag(true, null, null));
		assertThat(put("dark", "{\"enabled\":true}")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE);
	}

	private MvcTestResult put(String name, String body) {
		return this.mvc.put()
			.uri("/flags/{name}", name)
			.contentType(MediaType.APPLICATION_JSON)
			.content(body)
			.exchange();
	}

}

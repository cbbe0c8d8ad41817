package org.etcdevent.samples.flags;

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample on a real etcd, as {@code samples/run} starts it.
 */
@SpringBootTest
@AutoConfigureMockMvc
@ExtendWith(OutputCaptureExtension.class)
class FeatureFlagsIntegrationTests {

	@Autowired
	private MockMvcTester mvc;

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) {
		properties.add("etcd.event.endpoints", () -> EtcdServer.shared().endpoint());
	}

	@Test
	void servesWhatIsWrittenAndTellsOfIt(CapturedOutput output) {
		assertThat(this.mvc.put()
			.uri("/flags/dark-mode")
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"enabled\":true}")).hasStatusOk();
		assertThat(this.mvc.get().uri("/flags")).bodyJson().isLenientlyEqualTo("{\"dark-mode\":{\"enabled\":true}}");
		await().until(() -> output.getOut().contains("flags/dark-mode is on"));
		assertThat(this.mvc.delete().uri("/flags/dark-mode")).hasStatus(204);
		assertThat(this.mvc.get().uri("/flags")).bodyText().doesNotContain("dark-mode");
		assertThat(this.mvc.delete().uri("/flags/dark-mode")).hasStatus(404);
		await().until(() -> output.getOut().contains("flags/dark-mode was deleted"));
	}

	@Test
	void showsWhatOthersWrite() {
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			admin.put("flags/by-others", "{\"enabled\":false}");
			await().untilAsserted(() -> assertThat(this.mvc.get().uri("/flags")).bodyText().contains("by-others"));
			admin.delete("flags/by-others");
			await()
				.untilAsserted(() -> assertThat(this.mvc.get().uri("/flags")).bodyText().doesNotContain("by-others"));
		}
	}

	@Test
	void isSeenInActuator() {
		assertThat(this.mvc.get().uri("/actuator/metrics/etcd.watch.backlog")).bodyText().contains("flagBoard.onFlag");
		assertThat(this.mvc.get().uri("/actuator/health")).hasStatusOk();
		assertThat(this.mvc.get().uri("/actuator/health/etcd")).hasStatusOk().bodyText().contains("flagBoard.onFlag");
	}

	@Test
	void itsWatchCanBePausedOverHttp(CapturedOutput output) {
		String watch = "/actuator/etcdwatches/flagBoard.onFlag";
		assertThat(this.mvc.get().uri("/actuator/etcdwatches")).bodyText().contains("flagBoard.onFlag");
		assertThat(this.mvc.get().uri(watch)).bodyJson().extractingPath("paused").isEqualTo(false);
		assertThat(setPaused(watch, true)).bodyJson().extractingPath("paused").isEqualTo(true);
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			admin.put("flags/paused", "{\"enabled\":true}");
			await().untilAsserted(
					() -> assertThat(this.mvc.get().uri(watch)).bodyJson().extractingPath("backlog").isEqualTo(1));
			assertThat(output.getOut()).doesNotContain("flags/paused is on");
			assertThat(setPaused(watch, false)).bodyJson().extractingPath("paused").isEqualTo(false);
			await().until(() -> output.getOut().contains("flags/paused is on"));
			admin.delete("flags/paused");
		}
	}

	@Test
	void aWatchThatIsNotThereCannotBePaused() {
		assertThat(this.mvc.get().uri("/actuator/etcdwatches/nobody")).hasStatus(404);
		assertThat(setPaused("/actuator/etcdwatches/nobody", true)).hasStatus(400);
	}

	private MvcTestResult setPaused(String watch, boolean paused) {
		return this.mvc.post()
			.uri(watch)
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"paused\":" + paused + "}")
			.exchange();
	}

}

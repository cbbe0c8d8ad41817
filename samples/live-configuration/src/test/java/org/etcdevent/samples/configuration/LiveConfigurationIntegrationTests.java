package org.etcdevent.samples.configuration;

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.AfterEach;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample on a real etcd.
 */
@SpringBootTest
@AutoConfigureMockMvc
@ExtendWith(OutputCaptureExtension.class)
class LiveConfigurationIntegrationTests {

	@Autowired
	private MockMvcTester mvc;

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) {
		properties.add("etcd.event.endpoints", () -> EtcdServer.shared().endpoint());
	}

	@AfterEach
	void forget() {
		try (EtcdAdmin admin = new EtcdAdmin(EtcdServer.shared())) {
			admin.delete("config/pool");
		}
		awaitWorkers(PoolSettings.DEFAULT.workers());
	}

	@Test
	void theRunningPoolFollowsItsSettings() {
		awaitWorkers(2);
		configure("{\"workers\":8,\"jobMillis\":1}");
		awaitWorkers(8);
		assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("settings.jobMillis").isEqualTo(1);
		assertThat(this.mvc.post().uri("/pool/jobs?count=20")).hasStatus(202);
		await().untilAsserted(
				() -> assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("done").isEqualTo(20));
		configure("{\"workers\":3,\"jobMillis\":1}");
		awaitWorkers(3);
	}

	@Test
	void badSettingsAreReportedAndTheLastGoodOnesStay(CapturedOutput output) {
		configure("{\"workers\":5,\"jobMillis\":1}");
		awaitWorkers(5);
		configure("{\"workers\":0,\"jobMillis\":1}");
		await().until(() -> output.getOut().contains("cannot be decoded and is passed over"));
		assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("settings.workers").isEqualTo(5);
		assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("workers").isEqualTo(5);
		configure("{\"workers\":6,\"jobMillis\":1}");
		awaitWorkers(6);
	}

	@Test
	void moreJobsThanItCanKeepAreRefused() {
		assertThat(this.mvc.post().uri("/pool/jobs?count=2000")).hasStatus(400);
	}

	private void configure(String settings) {
		assertThat(this.mvc.put().uri("/pool").contentType(MediaType.APPLICATION_JSON).content(settings))
			.hasStatus(202);
	}

	private void awaitWorkers(int workers) {
		await().untilAsserted(
				() -> assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("workers").isEqualTo(workers));
	}

}

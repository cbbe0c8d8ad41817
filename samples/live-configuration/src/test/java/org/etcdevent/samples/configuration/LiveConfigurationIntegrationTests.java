package org.etcdevent.samples.configuration;

import java.io.IOException;
import java.net.Socket;

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * The sample on a real etcd.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@AutoConfigureMockMvc
@ExtendWith(OutputCaptureExtension.class)
class LiveConfigurationIntegrationTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private WorkerPool pool;

	@LocalServerPort
	private int port;

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
		long done = done();
		assertThat(this.mvc.post().uri("/pool/jobs?count=20")).hasStatus(202);
		await().until(() -> done() == done + 20);
		configure("{\"workers\":3,\"jobMillis\":1}");
		awaitWorkers(3);
	}

	@Test
	void badSettingsAreReportedAndTheLastGoodOnesStay(CapturedOutput output) {
		configure("{\"workers\":5,\"jobMillis\":1}");
		awaitWorkers(5);
		configure("{\"workers\":0,\"jobMillis\":1}");
		await().until(() -> output.getOut().contains("cannot be decoded and is skipped"));
		assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("settings.workers").isEqualTo(5);
		assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("workers").isEqualTo(5);
		configure("{\"workers\":6,\"jobMillis\":1}");
		awaitWorkers(6);
	}

	@Test
	void badSettingsFromTheBeginningAreReportedAndTheDefaultHolds(CapturedOutput output) {
		long done = done();
		configure("{\"workers\":0,\"jobMillis\":31337}");
		await().until(() -> output.getOut().contains("The value of 'config/pool'"));
		assertThat(this.mvc.get().uri("/pool")).hasStatusOk()
			.bodyJson()
			.extractingPath("settings")
			.convertTo(PoolSettings.class)
			.isEqualTo(PoolSettings.DEFAULT);
		assertThat(this.mvc.post().uri("/pool/jobs?count=3")).hasStatus(202);
		await().until(() -> done() == done + 3);
		assertThat(output.getAll()).doesNotContain("31337").doesNotContain("\tat ");
	}

	/** A server that listens on all addresses has 127.0.0.2, too. */
	@Test
	void onlyThisMachineIsServed() throws IOException {
		new Socket("127.0.0.1", this.port).close();
		assertThatIOException().isThrownBy(() -> new Socket("127.0.0.2", this.port).close());
	}

	@Test
	void moreJobsThanItCanKeepAreRefused() {
		assertThat(this.mvc.post().uri("/pool/jobs?count=2000")).hasStatus(400);
	}

	private void configure(String settings) {
		assertThat(this.mvc.put().uri("/pool").contentType(MediaType.APPLICATION_JSON).content(settings))
			.hasStatus(202);
	}

	private long done() {
		return this.pool.done();
	}

	private void awaitWorkers(int workers) {
		await().untilAsserted(
				() -> assertThat(this.mvc.get().uri("/pool")).bodyJson().extractingPath("workers").isEqualTo(workers));
	}

}

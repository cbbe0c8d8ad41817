package org.etcdevent.samples.flags;

import org.etcdevent.testsupport.EtcdServer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample, whose watches may be seen and not paused.
 */
@SpringBootTest(properties = "management.endpoint.etcdwatches.access=read-only")
@AutoConfigureMockMvc
class ReadOnlyWatchesIntegrationTests {

	private static final String WATCH = "/actuator/etcdwatches/flagBoard.onFlag";

	@Autowired
	private MockMvcTester mvc;

	@DynamicPropertySource
	static void etcd(DynamicPropertyRegistry properties) {
		properties.add("etcd.event.endpoints", () -> EtcdServer.shared().endpoint());
	}

	@Test
	void watchesCannotBePaused() {
		assertThat(this.mvc.post().uri(WATCH).contentType(MediaType.APPLICATION_JSON).content("{\"paused\":true}"))
			.hasStatus(405);
		assertThat(this.mvc.get().uri(WATCH)).hasStatusOk().bodyJson().extractingPath("paused").isEqualTo(false);
	}

}

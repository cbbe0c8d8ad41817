package org.etcdevent.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;

import io.etcd.jetcd.Client;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What an application prints that cannot start: nobody listens where these connect to.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

	private final String endpoints = "etcd.event.endpoints=http://127.0.0.1:" + unusedPort();

	@Test
	void unreachable(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, Watching.class, this.endpoints, "etcd.event.watch.startup=fail",
				"etcd.event.watch.startup-timeout=5s", "etcd.event.username=app", "etcd.event.password=s3same"))
			.contains("Description:", "within 5000 ms (etcd.event.watch.startup-timeout)",
					"'words' on 'words/' is SYNCING: UNAVAILABLE", "Action:",
					"Check that etcd runs, and that 'etcd.event.endpoints' says where.",
					"'etcd.event.watch.startup' to 'wait'")
			.doesNotContain("s3same");
	}

	@Test
	void unknownDecoderOfAWatch(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, UnknownDecoder.class, this.endpoints)).contains("Description:",
				"Attribute 'decoder' of the watch on", "onWord", "there is no EtcdDecoder bean with the name 'nobody'",
				"Action:", "Define one.");
	}

	@Test
	void unknownDecoderOfAValue(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, Empty.class, this.endpoints, "etcd.event.values.word.key=word",
				"etcd.event.values.word.type=java.lang.String", "etcd.event.values.word.decoder=nobody"))
			.contains("Description:", "etcd.event.values.word.decoder", "There is no EtcdDecoder bean of that name.",
					"Action:");
	}

	@Test
	void unsupportedSignature(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, UnsupportedSignature.class, this.endpoints)).contains("Description:",
				"The watch on", "onWord", "is invalid:", "Action:", "EtcdUpdate<T>");
	}

	@Test
	void doubledId(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, DoubledId.class, this.endpoints)).contains("Description:",
				"Attribute 'id' of the watch on", "the id 'words' is taken by", "Action:",
				"Give one of them another id.");
	}

	@Test
	void clientWithoutEndpoints(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, WithClient.class)).contains("Description:",
				"a jetcd Client bean of its own", "Action:", "'etcd.event.endpoints'",
				EtcdConnectionDetails.class.getName());
	}

	@Test
	void aReadThatWaitedInVain(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, Reading.class, this.endpoints, "etcd.event.sync-timeout=3s",
				"etcd.event.values.word.key=word", "etcd.event.values.word.type=java.lang.String"))
			.contains("Description:", "Nothing was learned of 'word' within 3000 ms (etcd.event.sync-timeout)",
					"UNAVAILABLE", "Action:", "Check that etcd runs, and that 'etcd.event.endpoints' says where.");
	}

	private static int unusedPort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Watching {

		@EtcdWatch(value = "words/", id = "words")
		void onWord(EtcdUpdate<String> update) throws InterruptedException {
			new CountDownLatch(1).await();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class UnknownDecoder {

		@EtcdWatch(value = "words/", decoder = "nobody")
		void onWord(EtcdUpdate<String> update) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class UnsupportedSignature {

		@EtcdWatch("words/")
		void onWord(int a, int b, int c) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class DoubledId {

		@EtcdWatch(value = "words/", id = "words")
		void onWord(EtcdUpdate<String> update) {
		}

		@EtcdWatch(value = "others/", id = "words")
		void onOther(EtcdUpdate<String> update) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithClient {

		@Bean
		Client client() {
			return mock(Client.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Reading {

		@Bean
		String text(EtcdValue<String> word) {
			return word.get().orElse("");
		}

	}

}

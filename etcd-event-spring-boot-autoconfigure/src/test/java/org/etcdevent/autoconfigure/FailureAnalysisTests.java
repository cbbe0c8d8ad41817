package org.etcdevent.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;

import io.etcd.jetcd.Client;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatch;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.InitializingBean;

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

	private static final String NO_JSON = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration";

	private final String endpoints = "etcd.event.endpoints=http://127.0.0.1:" + unusedPort();

	@Test
	void unreachable(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, Watching.class, this.endpoints, "etcd.event.watch.startup=fail",
				"etcd.event.watch.startup-timeout=5s", "etcd.event.username=app", "etcd.event.password=s3same"))
			.contains("Description:", "after 5000 ms (etcd.event.watch.startup-timeout)",
					"'words' on 'words/' is SYNCING: UNAVAILABLE", "Action:",
					"Check that etcd runs, and that 'etcd.event.endpoints' says where. If etcd serves TLS there,",
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
			.contains("Description:", "No initial state of 'word' within 3000 ms (etcd.event.sync-timeout)",
					"UNAVAILABLE", "Action:",
					"Check that etcd runs, and that 'etcd.event.endpoints' says where. If etcd serves TLS there,");
	}

	@Test
	void noJsonForAWatch(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, WatchingFlags.class, this.endpoints, NO_JSON))
			.contains("Description:", "The watch on", "onFlag",
					"No decoder for values of type '" + Flag.class.getName())
			.doesNotContain("Attribute 'decoder'")
			.satisfies(FailureAnalysisTests::namesJacksonFirst);
	}

	@Test
	void noJsonForAValue(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, Empty.class, this.endpoints, NO_JSON, "etcd.event.values.flag.key=flag",
				"etcd.event.values.flag.type=" + Flag.class.getName()))
			.contains("Description:", "etcd.event.values.flag.type",
					"No decoder for values of type '" + Flag.class.getName())
			.satisfies(FailureAnalysisTests::namesJacksonFirst);
	}

	@Test
	void noJsonForAWatchInCode(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, WatchingInCode.class, this.endpoints, NO_JSON))
			.contains("Description:", "'in-code'", "No decoder for values of type '" + Flag.class.getName())
			.doesNotContain("Attribute 'decoder'")
			.satisfies(FailureAnalysisTests::namesJacksonFirst);
	}

	private static void namesJacksonFirst(String analysis) {
		String action = analysis.substring(analysis.indexOf("Action:"));
		assertThat(action.lines().filter((line) -> !line.isBlank()).skip(1).findFirst().orElse("").trim())
			.startsWith("Add the dependency 'org.springframework.boot:spring-boot-starter-jackson'")
			.contains("EtcdDecoder<" + Flag.class.getName() + ">");
		assertThat(analysis.split("spring-boot-starter-jackson", -1)).hasSize(2);
	}

	@Test
	void aValueThatIsNotThereAmongOthers(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, ReadingFlags.class, this.endpoints, "etcd.event.values.word.key=word",
				"etcd.event.values.word.type=java.lang.String", "etcd.event.values.limit.key=limit",
				"etcd.event.values.limit.type=java.lang.Integer"))
			.contains("Description:", "Parameter 0 of method",
					"requires a bean of type 'EtcdValue<" + Flag.class.getName() + ">', which does not exist",
					"'limit' (EtcdValue<java.lang.Integer>)", "'word' (EtcdValue<java.lang.String>)", "Action:",
					"below 'etcd.event.values'", "type: " + Flag.class.getName());
	}

	@Test
	void aValueThatIsNotThereAtAll(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, ReadingFlags.class, this.endpoints)).contains("Description:",
				"requires a bean of type 'EtcdValue<" + Flag.class.getName() + ">', which does not exist",
				"There are no EtcdValue beans", "Action:", "below 'etcd.event.values'");
	}

	@Test
	void anyOtherBeanThatIsNotThereIsLeftToBoot(CapturedOutput output) {
		assertThat(FailedStart.analysis(output, NeedingAThread.class, this.endpoints)).contains("'java.lang.Thread'")
			.doesNotContain("EtcdValue");
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

	record Flag(boolean enabled) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WatchingFlags {

		@EtcdWatch("flags/")
		void onFlag(EtcdUpdate<Flag> update) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WatchingInCode {

		@Bean
		InitializingBean registration(EtcdWatchRegistry registry) {
			return () -> registry.register(
					EtcdWatchRegistration.of("in-code", KeyRange.prefix("flags/"), Flag.class).onUpdate((update) -> {
					}));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ReadingFlags {

		@Bean
		String text(EtcdValue<Flag> flags) {
			return "";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class NeedingAThread {

		@Bean
		String text(Thread thread) {
			return "";
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

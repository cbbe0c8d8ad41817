package org.etcdevent.actuate;

import java.util.Map;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health through an outage and a failure that stops a watch.
 */
class HealthIntegrationTests {

	private EtcdServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = EtcdServer.create();
		this.contextRunner = new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("etcd.event.endpoints=" + this.server.endpoint(), "etcd.event.liveness-timeout=1s",
					"etcd.event.health.stale-after=3s", "etcd.event.values.word.key=words/one",
					"etcd.event.values.word.type=java.lang.String");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void isDownWhenAnOutageLastsAndUpAfterIt() {
		this.contextRunner.run((context) -> {
			awaitStatus(context, Status.UP);
			this.server.kill();
			awaitStatus(context, Status.DOWN);
			awaitProblem(context, "watches", "words");
			awaitProblem(context, "values", "word");
			this.server.start();
			awaitStatus(context, Status.UP);
		});
	}

	@Test
	void isDownWhenAnErrorHandlerStopsAWatchAndUpWhenSomeoneStartsIt() {
		this.contextRunner.run((context) -> {
			awaitStatus(context, Status.UP);
			try (EtcdAdmin admin = new EtcdAdmin(this.server)) {
				admin.put("words/two", "bad");
				awaitStatus(context, Status.DOWN);
				assertThat(details(context, "watches", "words")).containsEntry("stopped", true)
					.containsEntry("problem", "stopped by its error handler after java.lang.IllegalStateException");
				assertThat(details(context, "values", "word")).doesNotContainKey("problem");
				admin.put("words/two", "good");
			}
			context.getBean(EtcdWatchRegistry.class).start("words");
			awaitStatus(context, Status.UP);
		});
	}

	private static void awaitStatus(ApplicationContext context, Status status) {
		Awaitility.await(status.getCode())
			.atMost(FollowedEtcd.PATIENCE)
			.untilAsserted(() -> assertThat(health(context).getStatus()).isEqualTo(status));
	}

	private static void awaitProblem(ApplicationContext context, String kind, String name) {
		Awaitility.await(name)
			.atMost(FollowedEtcd.PATIENCE)
			.untilAsserted(() -> assertThat(details(context, kind, name)).containsKeys("problem", "lastError"));
	}

	private static Health health(ApplicationContext context) {
		return context.getBean(EtcdHealthIndicator.class).health();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> details(ApplicationContext context, String kind, String name) {
		return ((Map<String, Map<String, Object>>) health(context).getDetails().get(kind)).get(name);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@EtcdWatch(value = "words/", id = "words")
		void onWord(EtcdUpdate<String> update) {
			if ("bad".equals(update.value())) {
				throw new IllegalStateException("It is bad");
			}
		}

		@Bean
		EtcdWatchErrorHandler stopper() {
			return (failure) -> Decision.STOP;
		}

	}

}

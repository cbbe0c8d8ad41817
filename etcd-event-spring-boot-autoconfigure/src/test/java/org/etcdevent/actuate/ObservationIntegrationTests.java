package org.etcdevent.actuate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Observations and meters of an application with Boot's own auto-configuration of them.
 */
class ObservationIntegrationTests {

	private EtcdServer server;

	private EtcdAdmin admin;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = EtcdServer.create();
		this.admin = new EtcdAdmin(this.server);
		this.contextRunner = new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("etcd.event.endpoints=" + this.server.endpoint(),
					"etcd.event.watch.retry.initial-interval=10ms");
	}

	@AfterEach
	void stopServer() {
		this.admin.close();
		this.server.close();
	}

	@Test
	void theMethodRunsInTheScopeOfItsObservation() {
		this.admin.put("words/a", "bad");
		this.contextRunner
			.withPropertyValues("etcd.event.watch.startup=background", "etcd.event.watch.observation-enabled=true")
			.run((context) -> {
				Application application = context.getBean(Application.class);
				List<String> stopped = context.getBean(Recorder.class).stopped;
				await(() -> assertThat(stopped).contains("words failure java.lang.IllegalStateException"));
				this.admin.put("words/a", "good");
				await(() -> assertThat(stopped).contains("words success null"));
				assertThat(application.seen).isNotEmpty().allMatch("etcd.watch.delivery"::equals);
				this.admin.delete("words/a");
				this.admin.put("words/b", "good");
				await(() -> assertThat(stopped).filteredOn("words success null"::equals).hasSize(2));
				// A deletion that the method does not want is no call.
				assertThat(stopped).last().isEqualTo("words success null");
				assertThat(application.seen).hasSameSizeAs(stopped);
			});
	}

	@Test
	void nothingIsObservedUnlessTheApplicationSaysSo() {
		this.admin.put("words/a", "good");
		this.contextRunner.run((context) -> {
			Application application = context.getBean(Application.class);
			await(() -> assertThat(application.seen).containsExactly("none"));
			assertThat(context.getBean(Recorder.class).stopped).isEmpty();
			assertThat(context).doesNotHaveBean(EtcdWatchObservations.class);
		});
	}

	@Test
	void aWatchThatIsRemovedLeavesNoMeter() {
		this.admin.put("words/a", "good");
		this.contextRunner.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			await(() -> assertThat(
					meters.get("etcd.watch.deliveries").tags("watch", "words", "outcome", "success").timer().count())
				.isEqualTo(1));
			assertThat(meters.get("etcd.watch.events").functionCounter().count()).isGreaterThanOrEqualTo(0);
			context.getBean(EtcdWatchRegistry.class).remove("words");
			assertThat(meters.getMeters()).extracting(Meter::getId)
				.extracting(Meter.Id::getName)
				.noneMatch((name) -> name.startsWith("etcd."));
		});
	}

	@Test
	void worksWithoutMicrometer() {
		this.admin.put("words/a", "good");
		new ApplicationContextRunner().withUserConfiguration(Unobserved.class)
			.withPropertyValues("etcd.event.endpoints=" + this.server.endpoint(),
					"etcd.event.watch.observation-enabled=true")
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				await(() -> assertThat(context.getBean(Unobserved.class).words).containsExactly("words/a"));
			});
	}

	private static void await(Runnable assertion) {
		Awaitility.await().atMost(FollowedEtcd.PATIENCE).untilAsserted(assertion::run);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		private final ObservationRegistry registry;

		Application(ObservationRegistry registry) {
			this.registry = registry;
		}

		@EtcdWatch(value = "words/", id = "words", deletions = EtcdWatch.Deletions.IGNORE)
		void onWord(EtcdUpdate<String> update) {
			Observation current = this.registry.getCurrentObservation();
			this.seen.add((current != null) ? current.getContext().getName() : "none");
			if ("bad".equals(update.value())) {
				throw new IllegalStateException("It is bad");
			}
		}

		@Bean
		static MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		static Recorder recorder() {
			return new Recorder();
		}

	}

	private static final class Recorder implements ObservationHandler<EtcdWatchObservationContext> {

		private final List<String> stopped = new CopyOnWriteArrayList<>();

		@Override
		public void onStop(EtcdWatchObservationContext context) {
			Throwable error = context.getError();
			this.stopped.add(context.getWatchId() + " " + context.getLowCardinalityKeyValue("outcome").getValue() + " "
					+ ((error != null) ? error.getClass().getName() : null));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof EtcdWatchObservationContext;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Unobserved {

		private final List<String> words = new CopyOnWriteArrayList<>();

		@EtcdWatch("words/")
		void onWord(EtcdUpdate<String> update) {
			this.words.add(update.key());
		}

	}

}

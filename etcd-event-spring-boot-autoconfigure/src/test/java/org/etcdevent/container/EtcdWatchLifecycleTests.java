package org.etcdevent.container;

import java.time.Duration;
import java.util.List;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.listener.EtcdWatchStartup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link EtcdWatchContainers} and {@link StartupWait} as part of an
 * application's start, pause and stop.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class EtcdWatchLifecycleTests {

	private static final int WEB_SERVER_PHASE = SmartLifecycle.DEFAULT_PHASE - 2048;

	private final FakeEtcd etcd = new FakeEtcd();

	@Test
	void theFirstStateIsToldBeforeTheWebServerStartsAndWatchesRunUntilItHasStopped() {
		this.etcd.put("a/1", "x");
		Listener listener = new Listener();
		WebServer server = new WebServer(listener);
		WatchTestContext.over(this.etcd)
			.withBean("listener", Listener.class, () -> listener)
			.withBean("server", WebServer.class, () -> server)
			.run((context) -> {
				server.registry = context.getBean(EtcdWatchRegistry.class);
				assertThat(server.seenAtStart).containsExactly("a/1=x");
			});
		assertThat(server.watchRanAtStop).isTrue();
		assertThat(server.registry.ids()).isEmpty();
	}

	@Test
	void waitsForAllWatchesTogetherWarnsAndGoesOn(CapturedOutput output) {
		this.etcd.silence();
		long before = System.nanoTime();
		started(EtcdWatchStartup.WAIT, Duration.ofMillis(700)).withBean(Five.class).run((context) -> {
			assertThat(context).hasNotFailed();
			// One after the other, five would take 3.5 s.
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
			assertThat(output)
				.containsOnlyOnce("Watches without initial state after 700 ms (etcd.event.watch.startup-timeout)")
				.contains("'1' (SYNCING), '2' (SYNCING), '3' (SYNCING), '4' (SYNCING), '5' (SYNCING)")
				.contains("etcd.event.endpoints");
			this.etcd.put("a/1", "x").speak();
			Five five = context.getBean(Five.class);
			WatchTestContext.await(() -> assertThat(five.calls).hasSize(5));
		});
	}

	@Test
	void aPausedWatchHoldsNobodyUp() {
		this.etcd.silence();
		EtcdWatchContainers containers = new EtcdWatchContainers(this.etcd.values(), WatchTestContext::decoder,
				(failure) -> null, FakeEtcd.settings(EtcdWatchStartup.FAIL, Duration.ofMinutes(10)), FakeEtcd.threads(),
				List.of(), (event) -> {
				});
		containers.register(EtcdWatchRegistration.of("w", KeyRange.all(), String.class).onUpdate((update) -> {
		}));
		containers.pause("w");
		containers.start();
		assertThat(containers.status("w").running()).isTrue();
		containers.destroy();
	}

	@Test
	void doesNotWaitInTheBackground() {
		this.etcd.silence();
		started(EtcdWatchStartup.BACKGROUND, Duration.ofMinutes(10)).withBean(Listener.class).run((context) -> {
			Listener listener = context.getBean(Listener.class);
			assertThat(listener.calls).isEmpty();
			this.etcd.put("a/1", "x").speak();
			WatchTestContext.await(() -> assertThat(listener.calls).containsExactly("a/1=x"));
		});
	}

	@Test
	void failsIfItIsToFailAndStopsWhatRan() {
		this.etcd.silence();
		started(EtcdWatchStartup.FAIL, Duration.ofMillis(100)).withBean("listener", Listener.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(EtcdSyncTimeoutException.class)
				.hasMessageContaining("'listener.on' (SYNCING)");
			this.etcd.speak();
			WatchTestContext.await(() -> assertThat(this.etcd.watched()).isEmpty());
		});
	}

	@Test
	void anAttemptThatFailsIsEnoughToStart() {
		this.etcd.put("a/1", "x");
		started(EtcdWatchStartup.FAIL, Duration.ofSeconds(20)).withBean(Broken.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theSnapshotOfAnEmptyRangeIsAFirstStateToo() {
		started(EtcdWatchStartup.FAIL, Duration.ofSeconds(5)).withBean(Whole.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Whole.class).calls).containsExactly("{}");
		});
	}

	@Test
	void aContextThatIsPausedAndRestartedRepeatsNothingAndTellsDeletions() {
		this.etcd.put("a/1", "x").put("a/2", "x");
		WatchTestContext.over(this.etcd).withBean("listener", Listener.class).run((context) -> {
			Listener listener = context.getBean(Listener.class);
			EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
			assertThat(listener.calls).containsExactly("a/1=x", "a/2=x");
			context.getSourceApplicationContext().pause();
			assertThat(registry.status("listener.on").running()).isFalse();
			this.etcd.delete("a/1").put("a/3", "x");
			context.getSourceApplicationContext().restart();
			assertThat(listener.calls).containsExactlyInAnyOrder("a/1=x", "a/2=x", "a/3=x", "a/1=null");
			context.getSourceApplicationContext().stop();
			this.etcd.put("a/4", "x").settle();
			assertThat(listener.calls).hasSize(4);
			context.getSourceApplicationContext().start();
			assertThat(listener.calls).hasSize(5).last().isEqualTo("a/4=x");
		});
	}

	@Test
	void lazyBeansAreWatchedFromTheirCreationToTheirEnd() {
		this.etcd.put("a/1", "x");
		WatchTestContext.over(this.etcd).withUserConfiguration(LazyConfiguration.class).run((context) -> {
			EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
			assertThat(registry.ids()).isEmpty();
			Listener listener = context.getBean(Listener.class);
			assertThat(registry.ids()).containsExactly("lazyListener.on");
			WatchTestContext.await(() -> assertThat(listener.calls).containsExactly("a/1=x"));
			context.getBeanFactory().destroyBean("lazyListener", listener);
			assertThat(registry.ids()).isEmpty();
		});
	}

	@Test
	void aLazyBeanThatIsRefusedLeavesNothingBehind() {
		WatchTestContext.over(this.etcd).withUserConfiguration(LazyConfiguration.class).run((context) -> {
			assertThat(catchThrowable(() -> context.getBean(Doubled.class))).rootCause()
				.isInstanceOf(EtcdWatchDefinitionException.class);
			assertThat(context.getBean(EtcdWatchRegistry.class).ids()).isEmpty();
		});
	}

	private ApplicationContextRunner started(EtcdWatchStartup startup, Duration timeout) {
		return WatchTestContext.over(this.etcd, FakeEtcd.settings(startup, timeout));
	}

	static class Listener {

		final List<String> calls = FakeEtcd.list();

		@EtcdWatch("a/")
		void on(EtcdUpdate<String> update) {
			this.calls.add(update.key() + "=" + update.value());
		}

	}

	static class Five {

		final List<String> calls = FakeEtcd.list();

		@EtcdWatch(value = "a/", id = "1")
		@EtcdWatch(value = "a/", id = "2")
		@EtcdWatch(value = "a/", id = "3")
		@EtcdWatch(value = "a/", id = "4")
		@EtcdWatch(value = "a/", id = "5")
		void on(EtcdUpdate<String> update) {
			this.calls.add(update.key());
		}

	}

	static class Whole {

		final List<String> calls = FakeEtcd.list();

		@EtcdWatch("a/")
		void on(EtcdSnapshot<String> snapshot) {
			this.calls.add(snapshot.entries().toString());
		}

	}

	static class Broken {

		@EtcdWatch("a/")
		void on(EtcdUpdate<String> update) {
			throw new IllegalStateException("always");
		}

	}

	static class Doubled {

		@EtcdWatch("a/")
		@EtcdWatch("b/")
		void on(EtcdUpdate<String> update) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyConfiguration {

		@Bean
		@Lazy
		Listener lazyListener() {
			return new Listener();
		}

		@Bean
		@Lazy
		Doubled doubled() {
			return new Doubled();
		}

	}

	/**
	 * Stands where the web server does.
	 */
	static class WebServer implements SmartLifecycle {

		private final Listener listener;

		private List<String> seenAtStart = List.of();

		private boolean watchRanAtStop;

		private boolean running;

		private EtcdWatchRegistry registry;

		WebServer(Listener listener) {
			this.listener = listener;
		}

		@Override
		public void start() {
			this.seenAtStart = List.copyOf(this.listener.calls);
			this.running = true;
		}

		@Override
		public void stop() {
			this.watchRanAtStop = this.registry.status("listener.on").running();
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return WEB_SERVER_PHASE;
		}

	}

}

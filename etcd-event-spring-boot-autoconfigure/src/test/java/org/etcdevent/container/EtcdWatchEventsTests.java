package org.etcdevent.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchHandler;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.listener.EtcdWatchStartup;
import org.etcdevent.listener.EtcdWatchStateChangedEvent;
import org.etcdevent.listener.EtcdWatchSyncedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchEvents} and {@link WatchNews}: what the application is told, and
 * what an outage is logged as.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class EtcdWatchEventsTests {

	private final FakeEtcd etcd = new FakeEtcd();

	private final List<Object> published = FakeEtcd.list();

	@Test
	void tellsAnApplicationWhereItsWatchesStand(CapturedOutput output) {
		this.etcd.put("a/1", "x");
		Listeners listeners = new Listeners();
		WatchTestContext.over(this.etcd).withBean(Listeners.class, () -> listeners).run((context) -> {
			for (String id : List.of("one", "two")) {
				await(() -> assertThat(listeners.states(id)).last().asString().endsWith("-> LIVE"));
				await(() -> assertThat(listeners.synced).contains(id));
			}
			assertThat(listeners.states("one").get(0)).startsWith("IDLE -> ");
			this.etcd.cut();
			for (String id : List.of("one", "two")) {
				await(() -> assertThat(listeners.states(id)).last().isEqualTo("LIVE -> RECONNECTING"));
			}
			assertThat(listeners.states).last()
				.extracting(EtcdWatchStateChangedEvent::cause)
				.isEqualTo("the connection is cut");
			this.etcd.heal();
			for (String id : List.of("one", "two")) {
				await(() -> assertThat(listeners.states(id)).last().isEqualTo("RECONNECTING -> LIVE"));
			}
			EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
			registry.stop("one");
			await(() -> assertThat(listeners.states("one")).last().isEqualTo("LIVE -> IDLE"));
			registry
				.register(EtcdWatchRegistration.of("late", KeyRange.prefix("a/"), String.class).onUpdate((update) -> {
				}));
			await(() -> assertThat(listeners.states("late")).containsExactly("IDLE -> LIVE"));
			registry.remove("late");
		});
		assertThat(listeners.states("two")).last().isEqualTo("LIVE -> IDLE");
		assertThat(listeners.synced).containsExactlyInAnyOrder("one", "two", "late");
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("Lost the connection to etcd");
		assertThat(output.getOut().lines().filter((line) -> line.contains(" INFO ") && line.contains("etcdevent")))
			.singleElement()
			.asString()
			.contains("The connection to etcd is restored");
	}

	@Test
	void syncedComesAfterTheLastKeyOfTheFirstStateWasAttemptedAndAfterEachStart() {
		CountDownLatch goOn = new CountDownLatch(1);
		this.etcd.put("a/1", "x").put("a/2", "x");
		Handler bean = new Handler((update) -> {
			if (update.key().equals("a/2")) {
				goOn.await();
				throw new IllegalStateException("an attempt all the same");
			}
		});
		WatchTestContext.over(this.etcd, FakeEtcd.settings(EtcdWatchStartup.BACKGROUND, Duration.ofSeconds(10)))
			.withBean(Handler.class, () -> bean)
			.withBean(EtcdWatchErrorHandler.class, () -> (failure) -> EtcdWatchErrorHandler.Decision.SKIP)
			.run((context) -> {
				EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
				await(() -> assertThat(registry.status("w").delivered()).isEqualTo(1));
				assertThat(bean.synced).isEmpty();
				goOn.countDown();
				await(() -> assertThat(bean.synced).hasSize(1));
				registry.stop("w");
				registry.start("w");
				await(() -> assertThat(bean.synced).hasSize(2));
			});
	}

	@Test
	void aListenerThatHangsHoldsUpNoWatchAndHearsTheSumOfWhatItMissed() {
		CountDownLatch goOn = new CountDownLatch(1);
		WatchEvents events = new WatchEvents((event) -> {
			uninterrupted(goOn);
			this.published.add(event);
		}, FakeEtcd.threads());
		events.stateChanged("w", EtcdWatchState.IDLE, EtcdWatchState.SYNCING, "started");
		await(() -> assertThat(goOn.getCount()).isOne());
		for (int i = 0; i < 1000; i++) {
			events.stateChanged("v", EtcdWatchState.SYNCING, EtcdWatchState.LIVE, "watching");
			events.stateChanged("v", EtcdWatchState.LIVE, EtcdWatchState.SYNCING, "behind");
		}
		events.stateChanged("u", EtcdWatchState.SYNCING, EtcdWatchState.LIVE, "watching");
		events.synced("u");
		events.stateChanged("u", EtcdWatchState.LIVE, EtcdWatchState.RECONNECTING, "cut");
		goOn.countDown();
		events.flush(Duration.ofSeconds(10));
		assertThat(this.published).last().isEqualTo(new EtcdWatchSyncedEvent("u"));
		assertThat(this.published)
			.contains(new EtcdWatchStateChangedEvent("u", EtcdWatchState.SYNCING, EtcdWatchState.RECONNECTING, "cut"));
		assertThat(this.published).hasSize(3);
	}

	@Test
	void aListenerThatThrowsKeepsNothingFromOthers(CapturedOutput output) {
		WatchEvents events = new WatchEvents((event) -> {
			this.published.add(event);
			throw new IllegalStateException("no");
		}, FakeEtcd.threads());
		events.synced("one");
		events.synced("two");
		events.flush(Duration.ofSeconds(10));
		assertThat(this.published).containsExactly(new EtcdWatchSyncedEvent("one"), new EtcdWatchSyncedEvent("two"));
		assertThat(output).contains("A listener to EtcdWatchSyncedEvent[id=one] failed");
	}

	@Test
	void withoutAThreadEventsWaitForTheNext() {
		AtomicBoolean broken = new AtomicBoolean(true);
		ThreadFactory threads = (task) -> {
			if (broken.get()) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			return FakeEtcd.threads().newThread(task);
		};
		WatchEvents events = new WatchEvents(this.published::add, threads);
		events.synced("one");
		events.flush(Duration.ofSeconds(10));
		assertThat(this.published).isEmpty();
		broken.set(false);
		events.synced("two");
		await(() -> assertThat(this.published).hasSize(2));
	}

	@Test
	void closedItEndsAndInterruptsWhoIsBusy() {
		List<Thread> threads = FakeEtcd.list();
		WatchEvents events = new WatchEvents((event) -> {
			this.published.add(event);
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}, (task) -> {
			Thread thread = FakeEtcd.threads().newThread(task);
			threads.add(thread);
			return thread;
		});
		events.synced("one");
		events.synced("two");
		await(() -> assertThat(this.published).hasSize(1));
		events.flush(Duration.ofMillis(10));
		events.close();
		await(() -> assertThat(threads).noneMatch(Thread::isAlive));
		events.synced("three");
		assertThat(threads).hasSize(1);
		assertThat(this.published).hasSize(1);
	}

	private static void uninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(Runnable assertion) {
		WatchTestContext.await(assertion);
	}

	static class Listeners {

		final List<EtcdWatchStateChangedEvent> states = FakeEtcd.list();

		final List<String> synced = FakeEtcd.list();

		@EtcdWatch(value = "a/", id = "one")
		@EtcdWatch(value = "a/", id = "two")
		void on(EtcdUpdate<String> update) {
		}

		@EventListener
		void onState(EtcdWatchStateChangedEvent event) {
			this.states.add(event);
		}

		@EventListener
		void onSynced(EtcdWatchSyncedEvent event) {
			this.synced.add(event.id());
		}

		List<String> states(String id) {
			List<String> states = new ArrayList<>();
			this.states.stream()
				.filter((event) -> event.id().equals(id))
				.forEach((event) -> states.add(event.oldState() + " -> " + event.newState()));
			return states;
		}

	}

	static class Handler {

		final List<String> synced = FakeEtcd.list();

		private final EtcdWatchHandler<EtcdUpdate<String>> handler;

		Handler(EtcdWatchHandler<EtcdUpdate<String>> handler) {
			this.handler = handler;
		}

		@EtcdWatch(value = "a/", id = "w")
		void on(EtcdUpdate<String> update) throws Exception {
			this.handler.handle(update);
		}

		@EventListener
		void onSynced(EtcdWatchSyncedEvent event) {
			this.synced.add(event.id());
		}

	}

}

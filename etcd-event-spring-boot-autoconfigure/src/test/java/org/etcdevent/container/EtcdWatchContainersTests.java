package org.etcdevent.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchHandler;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EtcdWatchContainers} as the registry that applications use: from any
 * thread, and from inside of a method.
 */
@Timeout(30)
class EtcdWatchContainersTests {

	private final FakeEtcd etcd = new FakeEtcd();

	private final List<String> calls = FakeEtcd.list();

	private final List<Thread> threads = FakeEtcd.list();

	private boolean withoutThreads;

	private final EtcdWatchContainers registry = new EtcdWatchContainers(this.etcd.values(), WatchTestContext::decoder,
			(failure) -> EtcdWatchErrorHandler.Decision.RETRY, FakeEtcd.settings(), this::thread, List.of(),
			(event) -> {
			});

	private Thread thread(Runnable task) {
		if (this.withoutThreads) {
			throw new IllegalStateException("No thread");
		}
		Thread thread = FakeEtcd.threads().newThread(task);
		this.threads.add(thread);
		return thread;
	}

	@BeforeEach
	void start() {
		this.etcd.put("a/1", "x");
		this.registry.start();
	}

	@AfterEach
	void destroy() {
		this.registry.destroy();
	}

	@Test
	void knowsItsWatchesById() {
		register("one", this::record);
		register("two", this::record);
		assertThat(this.registry.ids()).containsExactly("one", "two");
		assertThat(this.registry.status("two").range()).isEqualTo(KeyRange.prefix("a/"));
		assertThat(this.registry.statuses()).extracting(EtcdWatchContainerStatus::id).containsExactly("one", "two");
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.start("three"))
			.withMessage("There is no watch with the id 'three'; there are [one, two]");
	}

	@Test
	void whatIsRegisteredAtRunTimeStarts() {
		register("w", this::record);
		awaitCalls("a/1=x");
		assertThat(this.registry.status("w").running()).isTrue();
	}

	@Test
	void whatDoesNotStartByItselfStartsWhenAsked() {
		this.registry.register(registration("w").autoStartup(false).onUpdate(this::record));
		assertThat(this.registry.status("w").running()).isFalse();
		this.registry.start("w");
		this.registry.start("w");
		awaitCalls("a/1=x");
	}

	@Test
	void stopAndStartRepeatNothingAndTellDeletions() {
		register("w", this::record);
		await(() -> assertThat(this.registry.status("w").delivered()).isEqualTo(1));
		this.registry.stop("w");
		this.registry.stop("w");
		assertThat(this.registry.status("w").running()).isFalse();
		this.etcd.delete("a/1").put("a/2", "x");
		this.registry.start("w");
		awaitCalls("a/1=x", "a/2=x", "a/1=null");
	}

	@Test
	void pauseAndResumeAreIdempotentAndKeepTheBacklog() {
		register("w", this::record);
		awaitCalls("a/1=x");
		this.registry.pause("w");
		this.registry.pause("w");
		this.etcd.put("a/1", "y").put("a/1", "z").put("a/2", "x");
		await(() -> assertThat(this.registry.status("w").watch().backlog()).isEqualTo(2));
		assertThat(this.calls).hasSize(1);
		this.registry.resume("w");
		this.registry.resume("w");
		await(() -> assertThat(this.calls).containsExactlyInAnyOrder("a/1=x", "a/1=z", "a/2=x"));
	}

	@Test
	void aDoubledIdIsRefusedAndLeavesTheFirstAlone() {
		register("w", this::record);
		assertThatExceptionOfType(EtcdWatchDefinitionException.class).isThrownBy(() -> register("w", this::record))
			.withMessage("Invalid watch on registration 'w', attribute 'id': the id 'w' is taken by registration 'w'. "
					+ "Give one of them another id.");
		assertThat(this.registry.status("w").running()).isTrue();
	}

	@Test
	void aTypeThatNothingDecodesIsRefused() {
		assertThatExceptionOfType(EtcdWatchDefinitionException.class).isThrownBy(() -> this.registry
			.register(EtcdWatchRegistration.of("w", KeyRange.all(), Thread.class).onUpdate((update) -> {
			})))
			.withMessage("Invalid watch on registration 'w': no decoder for values of type 'java.lang.Thread': "
					+ "No decoder for java.lang.Thread. Register it with a decoder.");
		assertThat(this.registry.ids()).isEmpty();
	}

	@Test
	void whatCannotStartIsNotRegistered() {
		register("first", this::record);
		this.withoutThreads = true;
		assertThatIllegalStateException().isThrownBy(() -> register("w", this::record));
		assertThat(this.registry.ids()).containsExactly("first");
		this.withoutThreads = false;
		register("w", this::record);
		assertThat(this.registry.ids()).containsExactly("first", "w");
	}

	@Test
	void removedIsForgotten() {
		register("w", this::record);
		awaitCalls("a/1=x");
		assertThat(this.registry.remove("w")).isTrue();
		assertThat(this.registry.remove("w")).isFalse();
		assertThat(this.registry.ids()).isEmpty();
		await(() -> assertThat(this.etcd.watched()).isEmpty());
		register("w", this::record);
		awaitCalls("a/1=x", "a/1=x");
	}

	@Test
	void aMethodStopsPausesAndRemovesItsOwnWatch() {
		insideOf("stop", () -> this.registry.stop("stop"));
		await(() -> assertThat(this.registry.status("stop").running()).isFalse());
		insideOf("pause", () -> this.registry.pause("pause"));
		assertThat(this.registry.status("pause").paused()).isTrue();
		insideOf("remove", () -> this.registry.remove("remove"));
		assertThat(this.registry.ids()).containsExactly("stop", "pause");
	}

	@Test
	void aMethodRestartsItsOwnWatch() {
		AtomicBoolean first = new AtomicBoolean(true);
		this.etcd.put("a/2", "x");
		register("w", (update) -> {
			record(update);
			if (first.getAndSet(false)) {
				this.registry.stop("w");
				this.registry.start("w");
			}
		});
		awaitCalls("a/1=x", "a/2=x");
		await(() -> assertThat(this.registry.status("w").running()).isTrue());
	}

	@Test
	void aMethodReplacesItsOwnWatch() {
		register("w", (update) -> {
			this.registry.remove("w");
			register("w", this::record);
		});
		awaitCalls("a/1=x");
		this.etcd.put("a/1", "y");
		awaitCalls("a/1=x", "a/1=y");
	}

	@Test
	void aMethodRegistersOtherWatches() {
		register("w", (update) -> register("for " + update.key(), this::record));
		awaitCalls("a/1=x");
		assertThat(this.registry.ids()).containsExactly("w", "for a/1");
	}

	@Test
	void methodsThatStopEachOtherDoNotWaitForEver() {
		CountDownLatch both = new CountDownLatch(2);
		register("one", (update) -> {
			both.countDown();
			both.await();
			this.registry.stop("two");
		});
		register("two", (update) -> {
			both.countDown();
			both.await();
			this.registry.stop("one");
		});
		await(() -> assertThat(this.registry.statuses()).noneMatch(EtcdWatchContainerStatus::running));
		await(() -> assertThat(this.etcd.watched()).isEmpty());
	}

	@Test
	void aMethodThatStopsTheApplicationDoesNotWaitForItself() {
		register("w", (update) -> {
			this.registry.stop();
			record(update);
		});
		awaitCalls("a/1=x");
		assertThat(this.registry.isRunning()).isFalse();
		await(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
	}

	@Test
	void nothingRunsWhileTheApplicationDoesNot() {
		register("runs", this::record);
		awaitCalls("a/1=x");
		this.registry.stop();
		this.registry.start("runs");
		register("new", this::record);
		assertThat(this.registry.statuses()).noneMatch(EtcdWatchContainerStatus::running);
		await(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
		this.registry.start();
		assertThat(this.registry.statuses()).allMatch(EtcdWatchContainerStatus::running);
		awaitCalls("a/1=x", "a/1=x");
	}

	@Test
	void whatWasStoppedByHandStaysSoWhenTheApplicationStartsAgain() {
		register("w", this::record);
		register("stopped", this::record);
		this.registry.stop("stopped");
		this.registry.stop();
		this.registry.start();
		assertThat(this.registry.status("w").running()).isTrue();
		assertThat(this.registry.status("stopped").running()).isFalse();
	}

	@Test
	void callsFromManyThreadsLeaveNothingBehind() throws Exception {
		List<Thread> rivals = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			String id = "w" + i % 2;
			Consumer<String> action = List
				.<Consumer<String>>of((it) -> register(it, this::record), this.registry::remove, this.registry::start)
				.get(i / 2);
			Thread rival = new Thread(() -> {
				for (int n = 0; n < 50; n++) {
					try {
						action.accept(id);
					}
					catch (IllegalArgumentException | EtcdWatchDefinitionException ex) {
						// Not there, or there already: the others are as fast.
					}
				}
			});
			rivals.add(rival);
			rival.start();
		}
		Thread lifecycle = new Thread(() -> {
			for (int n = 0; n < 20; n++) {
				this.registry.stop();
				this.registry.start();
			}
		});
		lifecycle.start();
		lifecycle.join();
		for (Thread rival : rivals) {
			rival.join();
		}
		this.registry.stop();
		await(() -> assertThat(this.etcd.watched()).isEmpty());
		await(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
	}

	@Test
	void listenersHearOfWatchesThatComeAndGo() {
		List<Integer> numbers = FakeEtcd.list();
		EtcdWatchContainers[] watched = new EtcdWatchContainers[1];
		DeliveryListener listener = new DeliveryListener() {

			@Override
			public void onDelivery(String watchId, DeliveryOutcome outcome, long durationNanos) {
			}

			@Override
			public void onWatchesChanged() {
				numbers.add(watched[0].ids().size());
				throw new IllegalStateException("which nobody minds");
			}

		};
		watched[0] = new EtcdWatchContainers(this.etcd.values(), WatchTestContext::decoder, (failure) -> null,
				FakeEtcd.settings(), FakeEtcd.threads(), List.of(listener), (event) -> {
				});
		watched[0].register(registration("w").onUpdate(this::record));
		watched[0].remove("w");
		assertThat(numbers).containsExactly(1, 0);
	}

	@Test
	void theSettingsDefaultToWhatTheDesignSays() {
		EtcdWatchSettings settings = EtcdWatchSettings.defaults();
		assertThat(settings.startupTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(settings.slowHandler()).isEqualTo(Duration.ofSeconds(30));
	}

	private void insideOf(String id, Runnable action) {
		CountDownLatch done = new CountDownLatch(1);
		register(id, (update) -> {
			action.run();
			done.countDown();
		});
		await(() -> assertThat(done.getCount()).isZero());
	}

	private void register(String id, EtcdWatchHandler<EtcdUpdate<String>> handler) {
		this.registry.register(registration(id).onUpdate(handler));
	}

	private static EtcdWatchRegistration.Builder<String> registration(String id) {
		return EtcdWatchRegistration.of(id, KeyRange.prefix("a/"), EtcdDecoder.text());
	}

	private void record(EtcdUpdate<String> update) {
		this.calls.add(update.key() + "=" + update.value());
	}

	private void awaitCalls(String... expected) {
		await(() -> assertThat(this.calls).containsExactly(expected));
	}

	private static void await(Runnable assertion) {
		WatchTestContext.await(assertion);
	}

}

package org.etcdevent.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EtcdWatchContainer} and {@link WatchRun}.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class EtcdWatchContainerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final FakeEtcd etcd = new FakeEtcd();

	private final List<String> calls = FakeEtcd.list();

	private final List<String> outcomes = FakeEtcd.list();

	private EtcdWatchErrorHandler errorHandler = (failure) -> Decision.RETRY;

	private RetrySettings retry = new RetrySettings(Duration.ofMillis(20), 2, Duration.ofMillis(50), 0);

	private ThreadFactory threads = Thread::new;

	private int concurrency = 1;

	private EtcdWatchContainer<String> container;

	@AfterEach
	void stop() {
		if (this.container != null) {
			this.container.stop(Duration.ofMillis(100));
		}
	}

	@Test
	void deliversTheFirstStateAndLaterChanges() {
		this.etcd.put("a/1", "x").put("b/1", "not followed");
		start(this::record);
		await(() -> assertThat(this.calls).containsExactly("a/1=x"));
		this.etcd.put("a/1", "y");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=y"));
		this.etcd.delete("a/1");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=y", "a/1=null"));
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(3));
		assertThat(this.outcomes).containsExactly("DELIVERED", "DELIVERED", "DELIVERED");
	}

	@Test
	void callsOnThreadsThatBearTheNameOfTheWatch() {
		this.etcd.put("a/1", "x");
		start((update) -> this.calls.add(Thread.currentThread().getName()));
		await(() -> assertThat(this.calls).containsExactly("etcd-watch-w-1"));
		assertThat(this.container.status().threads()).containsExactly("etcd-watch-w-1");
	}

	@Test
	void retriesAKeyWithItsNewestValueWhileOthersGoOn() {
		AtomicBoolean broken = new AtomicBoolean(true);
		this.retry = new RetrySettings(Duration.ofMillis(300), 2, Duration.ofSeconds(1), 0);
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			record(update);
			if (update.key().equals("a/1") && broken.get()) {
				throw new Exception("not now");
			}
		});
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/2=x"));
		broken.set(false);
		this.etcd.put("a/1", "y").put("a/1", "z").put("a/2", "y");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/2=x", "a/2=y", "a/1=z"));
		assertThat(this.outcomes).contains("FAILED");
	}

	@Test
	void waitsLongerAfterEachFailureAndTellsTheAttempt() {
		AtomicInteger attempts = new AtomicInteger();
		this.etcd.put("a/1", "x");
		start((update) -> {
			assertThat(update.attempt()).isEqualTo(attempts.incrementAndGet());
			if (update.attempt() < 5) {
				throw new NoClassDefFoundError("errors are failures too");
			}
		});
		await(() -> assertThat(this.etcd.subscription().answers).containsExactly("failed [a/1] 20", "failed [a/1] 40",
				"failed [a/1] 50", "failed [a/1] 50", "handled [a/1]"));
		assertThat(this.container.status().failed()).isEqualTo(4);
	}

	@Test
	void skipsAfterTheConfiguredNumberOfAttempts() {
		this.retry = new RetrySettings(Duration.ofMillis(1), 1, Duration.ofMillis(1), 3);
		this.etcd.put("a/1", "x");
		start(this::fail);
		await(() -> assertThat(this.outcomes).containsExactly("FAILED", "FAILED", "SKIPPED"));
		assertThat(this.calls).hasSize(3);
		assertThat(this.container.status().skipped()).isEqualTo(1);
		this.etcd.put("a/1", "y");
		await(() -> assertThat(this.calls).contains("a/1=y"));
	}

	@Test
	void skipsWhatTheErrorHandlerSkips() {
		AtomicReference<EtcdWatchFailure> seen = new AtomicReference<>();
		this.errorHandler = (failure) -> {
			seen.set(failure);
			return Decision.SKIP;
		};
		this.etcd.put("a/1", "top secret");
		start(this::fail);
		await(() -> assertThat(this.etcd.subscription().answers).containsExactly("handled [a/1]"));
		assertThat(this.outcomes).containsExactly("SKIPPED");
		assertThat(seen.get().watchId()).isEqualTo("w");
		assertThat(seen.get().exception()).hasMessage("broken");
		assertThat(seen.get().attempt()).isEqualTo(1);
		assertThat(seen.get()).asString().contains("a/1").doesNotContain("secret");
	}

	@Test
	void stopsWhenTheErrorHandlerSaysSo() {
		this.errorHandler = (failure) -> Decision.STOP;
		this.etcd.put("a/1", "x").put("a/2", "x");
		start(this::fail);
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.calls).containsExactly("a/1=x");
		assertThat(this.container.status().running()).isFalse();
		assertThat(this.container.status().stopCause()).contains("error handler");
		this.container.start();
		assertThat(this.container.status().stopCause()).isNull();
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=x"));
	}

	@Test
	void retriesWhenTheErrorHandlerFails() {
		this.errorHandler = (failure) -> {
			throw new IllegalStateException("no idea");
		};
		this.etcd.put("a/1", "x");
		start(this::fail);
		await(() -> assertThat(this.outcomes).startsWith("FAILED", "FAILED"));
	}

	@Test
	void callsForOtherKeysAtOnceButNeverTwiceForOne() {
		this.concurrency = 4;
		Set<String> running = ConcurrentHashMap.newKeySet();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger twice = new AtomicInteger();
		CountDownLatch all = new CountDownLatch(4);
		for (int i = 0; i < 4; i++) {
			this.etcd.put("a/" + i, "0");
		}
		start((update) -> {
			if (!running.add(update.key())) {
				twice.incrementAndGet();
			}
			most.accumulateAndGet(running.size(), Math::max);
			all.countDown();
			assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
			record(update);
			running.remove(update.key());
		});
		for (int n = 1; n <= 50; n++) {
			for (int i = 0; i < 4; i++) {
				this.etcd.put("a/" + i, String.valueOf(n));
			}
		}
		await(() -> assertThat(this.calls).contains("a/0=50", "a/1=50", "a/2=50", "a/3=50"));
		assertThat(most).hasValue(4);
		assertThat(twice).hasValue(0);
	}

	@Test
	void startAndStopAreIdempotent() {
		this.etcd.put("a/1", "x");
		start(this::record);
		this.container.start();
		await(() -> assertThat(this.etcd.subscription().answers).hasSize(1));
		assertThat(this.etcd.subscriptions()).hasSize(1);
		Thread thread = threadOf("etcd-watch-w-1");
		this.container.stop(TIMEOUT);
		this.container.stop(TIMEOUT);
		assertThat(this.etcd.subscription().isClosed()).isTrue();
		assertThat(this.container.status().running()).isFalse();
		await(() -> assertThat(thread.isAlive()).isFalse());
	}

	@Test
	void startsAgainFromWhatWasHandled() {
		this.etcd.put("a/1", "x").put("a/2", "x").put("a/3", "x");
		start(this::record);
		await(() -> assertThat(this.etcd.subscription().answers).hasSize(3));
		this.container.stop(TIMEOUT);
		this.calls.clear();
		this.etcd.delete("a/2");
		this.etcd.put("a/3", "y");
		this.container.start();
		await(() -> assertThat(this.calls).containsExactlyInAnyOrder("a/2=null", "a/3=y"));
		this.container.stop(TIMEOUT);
		this.container.start();
		assertThat(this.etcd.subscription().from).isNotNull();
		assertThat(this.calls).hasSize(2);
	}

	@Test
	void stopLetsARunningCallFinishAndCountsIt() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			running.countDown();
			goOn.await();
			record(update);
		});
		running.await();
		Thread stopper = new Thread(() -> this.container.stop(TIMEOUT));
		stopper.start();
		await(() -> assertThat(stopper.getState()).isEqualTo(Thread.State.TIMED_WAITING));
		goOn.countDown();
		stopper.join();
		assertThat(this.calls).containsExactly("a/1=x");
		assertThat(this.etcd.subscription().answers).containsExactly("handled [a/1]");
		this.container.start();
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/2=x"));
	}

	@Test
	void stopInterruptsACallThatDoesNotFinishAndCountsNoFailure(CapturedOutput output) throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		this.etcd.put("a/1", "x");
		start((update) -> {
			running.countDown();
			new CountDownLatch(1).await();
		});
		running.await();
		this.container.stop(Duration.ofMillis(50));
		assertThat(this.container.run()).isNull();
		assertThat(this.outcomes).isEmpty();
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void stopLeavesACallBehindThatIgnoresTheInterruptAndNamesItsThread(CapturedOutput output) throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		this.etcd.put("a/1", "x");
		start((update) -> {
			running.countDown();
			while (goOn.getCount() > 0) {
				try {
					goOn.await();
				}
				catch (InterruptedException ex) {
					// Ignored on purpose.
				}
			}
		});
		running.await();
		this.container.stop(Duration.ofMillis(50));
		assertThat(this.container.run()).isNull();
		assertThat(output).contains("WARN").contains("etcd-watch-w-1");
		Thread thread = threadOf("etcd-watch-w-1");
		goOn.countDown();
		await(() -> assertThat(thread.isAlive()).isFalse());
	}

	@Test
	void stopInsideItsOwnCallDoesNotWaitForItself() {
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			this.container.stop(TIMEOUT);
			record(update);
		});
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.calls).containsExactly("a/1=x");
		assertThat(this.etcd.subscription().answers).containsExactly("handled [a/1]");
	}

	@Test
	void restartInsideItsOwnCallGoesOnWithTheRest() {
		AtomicBoolean first = new AtomicBoolean(true);
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			record(update);
			if (first.getAndSet(false)) {
				this.container.stop(TIMEOUT);
				this.container.start();
			}
		});
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/2=x"));
		assertThat(this.etcd.subscriptions()).hasSize(2);
	}

	@Test
	void anInterruptThatNobodyOrderedIsAFailureAndDoesNotEndTheWatch() {
		AtomicBoolean first = new AtomicBoolean(true);
		this.etcd.put("a/1", "x");
		start((update) -> {
			if (first.getAndSet(false)) {
				Thread.currentThread().interrupt();
				Thread.sleep(1000);
			}
			record(update);
			Thread.currentThread().interrupt();
		});
		await(() -> assertThat(this.calls).containsExactly("a/1=x"));
		assertThat(this.outcomes).containsExactly("FAILED", "DELIVERED");
		this.etcd.put("a/1", "y");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=y"));
	}

	@Test
	void pauseBeginsNoCallAndKeepsWhatComes() {
		this.etcd.put("a/1", "x");
		start(this::record);
		await(() -> assertThat(this.calls).hasSize(1));
		this.container.pause();
		this.etcd.put("a/1", "y").put("a/2", "x");
		await(() -> assertThat(this.etcd.subscription().answers).contains("released [a/1]"));
		assertThat(this.container.status().paused()).isTrue();
		assertThat(this.container.status().running()).isTrue();
		assertThat(this.calls).hasSize(1);
		this.etcd.put("a/1", "z");
		this.container.resume();
		await(() -> assertThat(this.calls).containsExactlyInAnyOrder("a/1=x", "a/1=z", "a/2=x"));
	}

	@Test
	void pauseOutlivesStopAndStart() {
		start(this::record);
		this.container.pause();
		this.container.stop(TIMEOUT);
		this.container.start();
		this.etcd.put("a/1", "x");
		assertThat(this.container.status().paused()).isTrue();
		this.container.resume();
		await(() -> assertThat(this.calls).containsExactly("a/1=x"));
	}

	@Test
	void goesOnAfterAFaultOutsideOfTheMethod() {
		EtcdDecoder<String> decoder = new EtcdDecoder<>() {

			private final AtomicBoolean first = new AtomicBoolean(true);

			@Override
			public String decode(byte[] key, byte[] value) {
				if (this.first.getAndSet(false)) {
					throw new IllegalStateException("a bug");
				}
				return new String(value, StandardCharsets.UTF_8);
			}

		};
		start(decoder, this::record);
		this.etcd.put("a/1", "y");
		await(() -> assertThat(this.calls).contains("a/1=y"));
	}

	@Test
	void stopsWithACauseWhenItsSubscriptionIsClosedUnderneath() {
		start(this::record);
		this.etcd.subscription().close();
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.container.status().stopCause()).contains("closed");
	}

	@Test
	void doesNotStartWithoutThreads() {
		this.threads = (task) -> null;
		create(EtcdDecoder.text(), this::record);
		assertThatIllegalStateException().isThrownBy(this.container::start).withMessageContaining("etcd-watch-w-1");
		assertThat(this.container.run()).isNull();
		assertThat(this.etcd.subscription().isClosed()).isTrue();
	}

	@Test
	void doesNotStartWithHalfOfItsThreads() {
		this.concurrency = 2;
		AtomicInteger made = new AtomicInteger();
		this.threads = (task) -> (made.incrementAndGet() < 2) ? new Thread(task) : new Thread(task) {

			@Override
			public void start() {
				throw new OutOfMemoryError("unable to create native thread");
			}

		};
		create(EtcdDecoder.text(), this::record);
		assertThatIllegalStateException().isThrownBy(this.container::start).withMessageContaining("'w'");
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.etcd.subscription().isClosed()).isTrue();
		assertThat(this.container.isWanted()).isFalse();
		this.threads = Thread::new;
	}

	@Test
	void startedAndStoppedByManyEndsAsTheLastOneSaid() throws Exception {
		this.concurrency = 2;
		this.etcd.put("a/1", "x");
		start(this::record);
		Thread[] rivals = new Thread[4];
		for (int i = 0; i < rivals.length; i++) {
			boolean starts = i % 2 == 0;
			rivals[i] = new Thread(() -> {
				for (int n = 0; n < 100; n++) {
					if (starts) {
						this.container.start();
					}
					else {
						this.container.stop(TIMEOUT);
					}
				}
			});
			rivals[i].start();
		}
		for (Thread rival : rivals) {
			rival.join();
		}
		this.container.stop(TIMEOUT);
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.etcd.subscriptions()).allMatch(FakeSubscription::isClosed);
		assertThat(this.calls).containsExactly("a/1=x");
	}

	private void start(EtcdWatchHandler<EtcdUpdate<String>> handler) {
		start(EtcdDecoder.text(), handler);
	}

	private void start(EtcdDecoder<String> decoder, EtcdWatchHandler<EtcdUpdate<String>> handler) {
		create(decoder, handler);
		this.container.start();
	}

	private void create(EtcdDecoder<String> decoder, EtcdWatchHandler<EtcdUpdate<String>> handler) {
		WatchDefinition<String> definition = EtcdWatchRegistration.of("w", KeyRange.prefix("a/"), decoder)
			.concurrency(this.concurrency)
			.onUpdate(handler)
			.define((type) -> {
				throw new IllegalArgumentException();
			}, this.errorHandler);
		this.container = new EtcdWatchContainer<>(definition, this.etcd.values(),
				(task) -> this.threads.newThread(task), this.retry,
				List.of((id, outcome, nanos) -> this.outcomes.add(outcome.name())));
	}

	private void record(EtcdUpdate<String> update) {
		this.calls.add(update.key() + "=" + update.value());
	}

	private void fail(EtcdUpdate<String> update) throws Exception {
		record(update);
		throw new Exception("broken");
	}

	private static Thread threadOf(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static void await(Runnable assertion) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(assertion::run);
	}

}

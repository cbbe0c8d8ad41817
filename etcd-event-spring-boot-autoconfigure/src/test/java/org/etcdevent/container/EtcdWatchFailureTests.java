package org.etcdevent.container;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;
import org.etcdevent.listener.EtcdWatchFailure;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.RetrySettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeliveryStep} and {@link RetrySettings}: what becomes of calls that
 * fail, and of values that cannot be decoded.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdWatchFailureTests extends AbstractContainerTests {

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
		this.etcd.write(Map.of("a/1", "y"), List.of()).write(Map.of("a/1", "z", "a/2", "y"), List.of());
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/2=x", "a/2=y", "a/1=z"));
		assertThat(this.outcomes).contains("FAILED");
	}

	@Test
	void waitsLongerAfterEachFailureAndTellsTheAttempt() {
		AtomicInteger attempts = new AtomicInteger();
		List<Long> times = FakeEtcd.list();
		this.etcd.put("a/1", "x");
		start((update) -> {
			times.add(System.nanoTime());
			assertThat(update.attempt()).isEqualTo(attempts.incrementAndGet());
			if (update.attempt() < 5) {
				throw new NoClassDefFoundError("errors are failures too");
			}
		});
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(1));
		assertThat(this.container.status().failed()).isEqualTo(4);
		long[] atLeast = { 20, 40, 50, 50 };
		for (int i = 0; i < atLeast.length; i++) {
			assertThat(Duration.ofNanos(times.get(i + 1) - times.get(i)).toMillis()).isGreaterThanOrEqualTo(atLeast[i]);
		}
	}

	@Test
	void waitsForeverLongerUpToTheLongest() {
		RetrySettings settings = new RetrySettings(Duration.ofMillis(500), 2, Duration.ofSeconds(30), 0);
		assertThat(settings.delayAfter(1)).isEqualTo(Duration.ofMillis(500));
		assertThat(settings.delayAfter(2)).isEqualTo(Duration.ofSeconds(1));
		assertThat(settings.delayAfter(6)).isEqualTo(Duration.ofSeconds(16));
		assertThat(settings.delayAfter(7)).isEqualTo(Duration.ofSeconds(30));
		assertThat(settings.delayAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
		assertThat(settings.isExhausted(Integer.MAX_VALUE)).isFalse();
	}

	@Test
	void aNewerValueGoesOnCountingAttempts() {
		List<Integer> attempts = FakeEtcd.list();
		this.etcd.put("a/1", "0");
		start((update) -> {
			attempts.add(update.attempt());
			if (update.attempt() < 3) {
				this.etcd.put("a/1", String.valueOf(update.attempt()));
				throw new Exception("not now");
			}
			record(update);
		});
		await(() -> assertThat(this.calls).containsExactly("a/1=2"));
		assertThat(attempts).containsExactly(1, 2, 3);
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
	void whatKeepsFailingIsOneWarnWithoutTheValue(CapturedOutput output) {
		this.etcd.put("a/1", "top secret");
		start((update) -> {
			throw new Exception("broken");
		});
		await(() -> assertThat(this.container.status().failed()).isGreaterThan(5));
		assertThat(output).containsOnlyOnce(" WARN ")
			.contains(
					"Watch 'w' failed to handle the update of 'a/1' at revision 2; retrying in 20 ms with the latest value")
			.doesNotContain("secret");
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
		await(() -> assertThat(this.outcomes).containsExactly("SKIPPED"));
		await(() -> assertThat(this.container.status().watch().backlog()).isZero());
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
		assertThat(this.calls).startsWith("a/1=x");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=x"));
	}

	@Test
	void aStopSettlesThatItHadStoppedByItself() {
		this.errorHandler = (failure) -> Decision.STOP;
		this.etcd.put("a/1", "x");
		start(this::fail);
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.container.status().stopCause()).isNotNull();
		this.container.stop();
		assertThat(this.container.status().stopCause()).isNull();
	}

	@Test
	void retriesWhenTheErrorHandlerFailsOrHasNoAnswer() {
		this.errorHandler = (failure) -> {
			if (failure.attempt() == 1) {
				throw new IllegalStateException("no idea");
			}
			return null;
		};
		this.etcd.put("a/1", "x");
		start(this::fail);
		await(() -> assertThat(this.outcomes).startsWith("FAILED", "FAILED", "FAILED"));
	}

	@Test
	void anInterruptThatNobodyOrderedIsAFailureAndDoesNotEndTheWatch() {
		AtomicBoolean first = new AtomicBoolean(true);
		this.etcd.put("a/1", "x");
		start((update) -> {
			if (first.getAndSet(false)) {
				Thread.currentThread().interrupt();
				new CountDownLatch(1).await();
			}
			record(update);
			Thread.currentThread().interrupt();
		});
		await(() -> assertThat(this.outcomes).containsExactly("FAILED", "DELIVERED"));
		this.etcd.put("a/1", "y");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=y"));
	}

	@Test
	void aFailedBatchComesAgainWholeMergedWithWhatIsNew() {
		List<String> batches = FakeEtcd.list();
		AtomicBoolean first = new AtomicBoolean(true);
		this.etcd.put("a/1", "x").put("a/2", "x");
		create(registration().onBatch((batch) -> {
			batches
				.add(batch.stream().map((update) -> update.key() + "=" + update.value()).sorted().toList().toString());
			if (first.getAndSet(false)) {
				this.etcd.put("a/2", "y").put("a/3", "x").settle();
				throw new Exception("not now");
			}
		}));
		this.container.start();
		await(() -> assertThat(batches).containsExactly("[a/1=x, a/2=x]", "[a/1=x, a/2=y, a/3=x]"));
	}

	@Test
	void aFailedSnapshotOfNothingWaitsBeforeItComesAgain() {
		List<Long> times = FakeEtcd.list();
		List<Integer> attempts = FakeEtcd.list();
		this.errorHandler = (failure) -> {
			attempts.add(failure.attempt());
			return Decision.RETRY;
		};
		create(registration().onSnapshot((snapshot) -> {
			times.add(System.nanoTime());
			if (times.size() < 4) {
				throw new Exception("not now");
			}
		}));
		this.container.start();
		await(() -> assertThat(this.outcomes).containsExactly("FAILED", "FAILED", "FAILED", "DELIVERED"));
		assertThat(attempts).containsExactly(1, 2, 3);
		assertThat(Duration.ofNanos(times.get(3) - times.get(0)).toMillis()).isGreaterThanOrEqualTo(20 + 40 + 50);
	}

	@Test
	void aFailedSnapshotLeavesNoTraceInTheNext() {
		List<EtcdSnapshot<String>> seen = FakeEtcd.list();
		AtomicBoolean fails = new AtomicBoolean();
		this.etcd.put("a/1", "x");
		create(registration().onSnapshot((snapshot) -> {
			seen.add(snapshot);
			if (fails.get()) {
				throw new Exception("not now");
			}
		}));
		this.container.start();
		await(() -> assertThat(seen).hasSize(1));
		fails.set(true);
		this.etcd.put("a/2", "x");
		await(() -> assertThat(seen).hasSizeGreaterThan(1));
		this.etcd.delete("a/2");
		fails.set(false);
		await(() -> assertThat(this.container.status().watch().backlog()).isZero());
		assertThat(seen).last().satisfies((last) -> assertThat(last.entries()).hasToString("{a/1=x}"));
	}

	@Test
	void whatCannotBeDecodedIsReportedOnceAndCountedAndTheLastGoodValueStays(CapturedOutput output) {
		List<EtcdSnapshot<Integer>> snapshots = FakeEtcd.list();
		this.etcd.put("a/1", "1").put("a/2", "2");
		EtcdWatchContainer<Integer> numbers = numbers(snapshots);
		numbers.start();
		await(() -> assertThat(snapshots).hasSize(1));
		this.etcd.put("a/1", "no number, but secret");
		await(() -> assertThat(snapshots).hasSize(2));
		assertThat(snapshots.get(1).entries()).hasToString("{a/1=1, a/2=2}");
		assertThat(snapshots.get(1).undecodable()).containsExactly("a/1");
		this.etcd.put("a/2", "3");
		await(() -> assertThat(snapshots).hasSize(3));
		assertThat(snapshots.get(2).entries()).hasToString("{a/1=1, a/2=3}");
		assertThat(numbers.status().watch().decodingErrors()).isEqualTo(1);
		assertThat(output).containsOnlyOnce("The value of 'a/1' at revision 4 cannot be decoded")
			.doesNotContain("secret");
		numbers.stop();
		await(() -> assertThat(numbers.run()).isNull());
	}

	private EtcdWatchContainer<Integer> numbers(List<EtcdSnapshot<Integer>> snapshots) {
		EtcdWatchRegistration<Integer> registration = EtcdWatchRegistration
			.of("numbers", KeyRange.prefix("a/"),
					(key, value) -> Integer.valueOf(new String(value, StandardCharsets.UTF_8)))
			.onSnapshot(snapshots::add);
		WatchDefinition<Integer> definition = WatchDefinition.of(registration, WatchTestContext::decoder,
				this.errorHandler);
		return new EtcdWatchContainer<>(definition, this.etcd.values(), this::thread, () -> true,
				new WatchEvents(this.events::add, FakeEtcd.threads()), this.retry, List.of());
	}

	@Test
	void aFailureTellsAllThatABatchWasAbout() {
		AtomicReference<EtcdWatchFailure> seen = new AtomicReference<>();
		this.errorHandler = (failure) -> {
			seen.set(failure);
			return Decision.SKIP;
		};
		this.etcd.put("a/1", "x").put("a/2", "x");
		create(registration().onBatch((batch) -> {
			throw new Exception("broken");
		}));
		this.container.start();
		await(() -> assertThat(this.outcomes).containsExactly("SKIPPED"));
		assertThat(seen.get().updates()).extracting(EtcdUpdate::key).containsExactly("a/1", "a/2");
	}

}

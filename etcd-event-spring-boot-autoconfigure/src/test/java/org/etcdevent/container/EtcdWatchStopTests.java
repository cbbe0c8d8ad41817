package org.etcdevent.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunStop} and {@link RunGate}: how a watch ends whose method runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdWatchStopTests extends AbstractContainerTests {

	private final CountDownLatch running = new CountDownLatch(1);

	private final CountDownLatch goOn = new CountDownLatch(1);

	@Test
	void letsARunningCallFinishAndCountsIt() throws Exception {
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			this.running.countDown();
			this.goOn.await();
			record(update);
		});
		this.running.await();
		Thread stopper = new Thread(() -> stop(TIMEOUT));
		stopper.start();
		await(() -> assertThat(stopper.getState()).isEqualTo(Thread.State.TIMED_WAITING));
		this.goOn.countDown();
		stopper.join();
		assertThat(this.calls).containsExactly("a/1=x");
		assertThat(this.outcomes).containsExactly("DELIVERED");
		this.container.start();
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/2=x"));
	}

	@Test
	void interruptsACallThatDoesNotFinishAndCountsNoFailure(CapturedOutput output) throws Exception {
		this.etcd.put("a/1", "x");
		start((update) -> {
			this.running.countDown();
			new CountDownLatch(1).await();
		});
		this.running.await();
		stop(Duration.ofMillis(50));
		assertThat(this.container.run()).isNull();
		assertThat(this.outcomes).isEmpty();
		assertThat(this.container.status().failed()).isZero();
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void leavesACallBehindThatIgnoresTheInterruptAndNamesItsThread(CapturedOutput output) throws Exception {
		this.etcd.put("a/1", "x");
		start((update) -> {
			this.running.countDown();
			ignoreInterrupts();
		});
		this.running.await();
		stop(Duration.ofMillis(50));
		assertThat(this.container.run()).isNull();
		assertThat(output).contains("WARN").contains("etcd-watch-w-1");
		this.goOn.countDown();
		await(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
	}

	private void ignoreInterrupts() {
		while (this.goOn.getCount() > 0) {
			try {
				this.goOn.await();
			}
			catch (InterruptedException ex) {
				// Ignored on purpose.
			}
		}
	}

	@Test
	void insideItsOwnCallDoesNotWaitForItself() {
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			stop(TIMEOUT);
			record(update);
		});
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.calls).containsExactly("a/1=x");
		assertThat(this.outcomes).containsExactly("DELIVERED");
	}

	@Test
	void restartInsideItsOwnCallGoesOnWithTheRest() {
		AtomicBoolean first = new AtomicBoolean(true);
		this.etcd.put("a/1", "x").put("a/2", "x");
		start((update) -> {
			record(update);
			if (first.getAndSet(false)) {
				stop(TIMEOUT);
				this.container.start();
			}
		});
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/2=x"));
		await(() -> assertThat(this.container.status().running()).isTrue());
	}

	@Test
	void anInterruptOfWhoStopsCutsTheWaitShortAndIsKept() throws Exception {
		this.etcd.put("a/1", "x");
		start((update) -> {
			this.running.countDown();
			new CountDownLatch(1).await();
		});
		this.running.await();
		Thread.currentThread().interrupt();
		stop(Duration.ofMinutes(10));
		assertThat(Thread.interrupted()).isTrue();
		await(() -> assertThat(this.container.run()).isNull());
	}

	@Test
	void manyStopInParallelWithOneDeadline() throws Exception {
		int many = 20;
		CountDownLatch allRunning = new CountDownLatch(many);
		this.etcd.put("a/1", "x");
		List<EtcdWatchContainer<String>> containers = new ArrayList<>();
		for (int i = 0; i < many; i++) {
			create(EtcdWatchRegistration.of("w" + i, KeyRange.prefix("a/"), EtcdDecoder.text()).onUpdate((update) -> {
				allRunning.countDown();
				new CountDownLatch(1).await();
			}));
			this.container.start();
			containers.add(this.container);
		}
		allRunning.await();
		long before = System.nanoTime();
		List<WatchRun<String>> runs = containers.stream().map(EtcdWatchContainer::stop).toList();
		RunStop.await(runs, Duration.ofMillis(500));
		// One after the other, it would take 10 s.
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(500),
				Duration.ofSeconds(5));
		assertThat(containers).allMatch((container) -> container.run() == null);
		await(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
	}

}

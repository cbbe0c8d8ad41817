package org.etcdevent.container;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchSyncedEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link org.etcdevent.QuietPeriod}: a burst of writes is one call.
 */
class EtcdWatchQuietPeriodTests extends AbstractContainerTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private final List<List<EtcdUpdate<String>>> batches = FakeEtcd.list();

	@Test
	void aBurstIsOneBatch() throws Exception {
		this.etcd.put("a/0", "x");
		create(registration().quietPeriod(Duration.ofMillis(500), LONG).onBatch(this.batches::add));
		this.container.start();
		await(() -> assertThat(this.batches).hasSize(1));
		long before = System.nanoTime();
		for (int i = 1; i <= 20; i++) {
			this.etcd.put("a/" + i, "x").settle();
			waitFor(Duration.ofMillis(10));
		}
		await(() -> assertThat(this.batches).hasSize(2));
		assertThat(this.batches.get(1)).hasSize(20);
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(500));
	}

	@Test
	void aBurstIsOneSnapshot() {
		List<EtcdSnapshot<String>> snapshots = FakeEtcd.list();
		create(registration().quietPeriod(Duration.ofMillis(300), LONG).onSnapshot(snapshots::add));
		this.container.start();
		await(() -> assertThat(snapshots).hasSize(1));
		for (int i = 1; i <= 20; i++) {
			this.etcd.put("a/" + i, "x");
		}
		await(() -> assertThat(snapshots).hasSize(2));
		assertThat(snapshots.get(1).entries()).hasSize(20);
	}

	@Test
	void theMaximumEndsABurstThatDoesNotEnd() throws Exception {
		create(registration().quietPeriod(Duration.ofMillis(400), Duration.ofMillis(600)).onBatch(this.batches::add));
		this.container.start();
		await(() -> assertThat(this.events).contains(new EtcdWatchSyncedEvent("w")));
		AtomicBoolean writing = new AtomicBoolean(true);
		Thread writer = new Thread(() -> {
			for (int i = 0; writing.get(); i++) {
				this.etcd.put("a/1", String.valueOf(i));
				waitFor(Duration.ofMillis(10));
			}
		});
		writer.start();
		await(() -> assertThat(this.batches).hasSizeGreaterThan(2));
		writing.set(false);
		writer.join();
	}

	@Test
	void neitherTheFirstStateNorARetryWaits() {
		AtomicBoolean first = new AtomicBoolean(true);
		this.etcd.put("a/1", "x");
		create(registration().quietPeriod(LONG, LONG).onBatch((batch) -> {
			this.batches.add(batch);
			if (first.getAndSet(false)) {
				throw new Exception("not now");
			}
		}));
		this.container.start();
		await(() -> assertThat(this.batches).hasSize(2));
		assertThat(this.outcomes).startsWith("FAILED");
	}

	@Test
	void changesThatLeadBackAreNoCallAndTheNextBurstWaitsAfresh() throws Exception {
		this.etcd.put("a/1", "x");
		create(registration().quietPeriod(Duration.ofMillis(100), Duration.ofMillis(200)).onBatch(this.batches::add));
		this.container.start();
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(1));
		this.etcd.put("a/1", "y").put("a/1", "x").settle();
		waitFor(Duration.ofMillis(300));
		long before = System.nanoTime();
		this.etcd.put("a/2", "x");
		await(() -> assertThat(this.batches).hasSize(2));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(100));
		assertThat(this.batches.get(1)).extracting(EtcdUpdate::key).containsExactly("a/2");
	}

	@Test
	void stopDoesNotWaitForQuiet() throws Exception {
		create(registration().quietPeriod(LONG, LONG).onBatch(this.batches::add));
		this.container.start();
		await(() -> assertThat(this.events).contains(new EtcdWatchSyncedEvent("w")));
		this.etcd.put("a/1", "x").settle();
		stop(TIMEOUT);
		assertThat(this.container.run()).isNull();
		assertThat(this.batches).isEmpty();
	}

	@Test
	void refusesBoundsThatMakeNoSense() {
		EtcdWatchRegistration.Builder<String> builder = registration();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.quietPeriod(Duration.ofSeconds(2), Duration.ofSeconds(1)))
			.withMessage("The maximum PT1S is shorter than the minimum PT2S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.quietPeriod(Duration.ofSeconds(-1), Duration.ofSeconds(1)))
			.withMessage("The minimum PT-1S is negative");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.quietPeriod(Duration.ZERO, Duration.ofDays(2)))
			.withMessage("The maximum PT48H is longer than a day");
	}

	private static void waitFor(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		await(() -> assertThat(System.nanoTime()).isGreaterThan(end));
	}

}

package org.etcdevent.consumer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.EtcdWatcherClosedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedWatcherTests {

	private final ConsumerFixture fixture = new ConsumerFixture();

	private final EtcdValue<String> value = this.fixture.values.value(ConsumerFixture.FLAGS, this.fixture.decoder);

	private final EtcdWatcher<String> watcher = this.value.watch();

	@Test
	void takingIsHandling() throws Exception {
		this.fixture.put("flags/a", "1");
		assertThat(ConsumerFixture.told(this.watcher.take())).isEqualTo("flags/a=1");
		assertThat(this.watcher.poll()).isNull();
		this.fixture.put("flags/a", "1");
		assertThat(this.watcher.poll()).isNull();
		this.fixture.delete("flags/a");
		assertThat(ConsumerFixture.told(this.watcher.poll())).isEqualTo("flags/a deleted");
	}

	@Test
	void eachWatcherHearsOfEveryKey() throws Exception {
		this.fixture.put("flags/a", "1");
		try (EtcdWatcher<String> other = this.value.watch()) {
			this.fixture.settle();
			assertThat(other.take().value()).isEqualTo("1");
			assertThat(this.watcher.take().value()).isEqualTo("1");
		}
	}

	@Test
	void aConcurrentCallIsRefused() throws Exception {
		this.fixture.settle();
		BlockedCall<EtcdUpdate<String>> take = new BlockedCall<>(this.watcher::take);
		assertThatIllegalStateException().isThrownBy(this.watcher::poll);
		assertThatIllegalStateException().isThrownBy(this.watcher::take);
		assertThatIllegalStateException().isThrownBy(() -> this.watcher.poll(Duration.ofSeconds(1)));
		assertThatIllegalStateException().isThrownBy(() -> this.watcher.awaitSynced(Duration.ofSeconds(1)));
		this.fixture.put("flags/a", "1");
		assertThat(take.result().value()).isEqualTo("1");
		assertThat(this.watcher.poll()).isNull();
	}

	@Test
	void aCallIsRefusedWhileThePredicateOfAnotherIsAsked() throws Exception {
		this.fixture.put("flags/a", "1");
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		BlockedCall<EtcdUpdate<String>> take = new BlockedCall<>(() -> this.watcher.take((update) -> {
			asked.countDown();
			awaitFor(goOn);
			return true;
		}));
		asked.await();
		assertThatIllegalStateException().isThrownBy(this.watcher::poll);
		goOn.countDown();
		assertThat(take.result().value()).isEqualTo("1");
	}

	@Test
	void aTakeSkipsWhatDoesNotSatisfyItsPredicate() throws Exception {
		this.fixture.put("flags/a", "1");
		this.fixture.put("flags/b", "2");
		this.fixture.put("flags/c", "3");
		assertThat(this.watcher.take((update) -> "2".equals(update.value())).key()).isEqualTo("flags/b");
		assertThat(this.watcher.poll().key()).isEqualTo("flags/c");
		assertThat(this.watcher.poll()).isNull();
	}

	@Test
	void anInterruptLeavesItUsable() throws Exception {
		this.fixture.settle();
		BlockedCall<EtcdUpdate<String>> take = new BlockedCall<>(this.watcher::take);
		take.interrupt();
		assertThat(take.failure()).isInstanceOf(InterruptedException.class);
		this.fixture.put("flags/a", "1");
		assertThat(this.watcher.take().value()).isEqualTo("1");
	}

	@Test
	void aPollThatDoesNotWaitWorksWhileInterrupted() {
		this.fixture.put("flags/a", "1");
		Thread.currentThread().interrupt();
		EtcdUpdate<String> update = this.watcher.poll();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(update.value()).isEqualTo("1");
	}

	@Test
	void closingWakesABlockedTake() throws Exception {
		this.fixture.settle();
		BlockedCall<EtcdUpdate<String>> take = new BlockedCall<>(this.watcher::take);
		this.watcher.close();
		assertThat(take.failure()).isInstanceOf(EtcdWatcherClosedException.class);
	}

	@Test
	void aClosedWatcherThrowsAtOnce() {
		this.fixture.put("flags/a", "1");
		this.watcher.close();
		this.watcher.close();
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(this.watcher::take);
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(this.watcher::poll);
		assertThatExceptionOfType(EtcdWatcherClosedException.class)
			.isThrownBy(() -> this.watcher.awaitSynced(Duration.ZERO));
	}

	@Test
	void waitsUntilTheFirstStateIsKnown() throws Exception {
		this.fixture.etcd.put("flags/a", "1");
		assertThat(this.watcher.awaitSynced(Duration.ZERO)).isFalse();
		BlockedCall<Boolean> synced = new BlockedCall<>(() -> this.watcher.awaitSynced(Duration.ofHours(1)));
		this.fixture.settle();
		assertThat(synced.result()).isTrue();
		assertThat(this.watcher.poll()).isNotNull();
	}

	@Test
	void goesOnAfterItsValueIsClosed() throws Exception {
		this.fixture.settle();
		this.value.close();
		this.fixture.put("flags/a", "1");
		assertThat(this.watcher.take().value()).isEqualTo("1");
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(this.value::watch);
	}

	private static void awaitFor(CountDownLatch latch) {
		try {
			// With a limit, for this is how the call is seen to wait.
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

}

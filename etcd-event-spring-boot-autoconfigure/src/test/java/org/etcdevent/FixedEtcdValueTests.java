package org.etcdevent;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FixedEtcdValueTests {

	private final EtcdValue<String> flags = EtcdValues.fixed(KeyRange.prefix("flags/"), Map.of("flags/a", "1"));

	@Test
	void hasTheGivenEntries() throws Exception {
		assertThat(this.flags.get("flags/a")).contains("1");
		assertThat(this.flags.get("flags/b")).isEmpty();
		assertThat(this.flags.snapshot().entries()).containsOnlyKeys("flags/a");
		assertThat(this.flags.range()).isEqualTo(KeyRange.prefix("flags/"));
		assertThat(this.flags.await(Long.MAX_VALUE, Duration.ZERO)).isTrue();
		assertThat(this.flags.freshness()).isEqualTo(new EtcdFreshness(1, Duration.ZERO, EtcdWatchState.LIVE));
	}

	@Test
	void aSingleKeyNeedsNoName() {
		EtcdValue<Integer> limit = EtcdValues.fixed(KeyRange.key("limit"), Map.of("limit", 5));
		assertThat(limit.get()).contains(5);
		assertThat(EtcdValues.fixed(KeyRange.key("limit"), Map.of()).get()).isEmpty();
		assertThatIllegalStateException().isThrownBy(this.flags::get);
	}

	@Test
	void keysOutsideOfTheRangeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.flags.get("other"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> EtcdValues.fixed(KeyRange.prefix("flags/"), Map.of("other", "1")))
			.withMessageContaining("other");
	}

	@Test
	void aWatcherTellsEachEntryOnce() throws Exception {
		try (EtcdWatcher<String> watcher = this.flags.watch()) {
			assertThat(watcher.awaitSynced(Duration.ZERO)).isTrue();
			EtcdUpdate<String> update = watcher.take();
			assertThat(update.key()).isEqualTo("flags/a");
			assertThat(update.initial()).isTrue();
			assertThat(update.revision()).isOne();
			assertThat(watcher.poll()).isNull();
			assertThat(watcher.poll(Duration.ZERO)).isNull();
		}
	}

	@Test
	void aClosedWatcherThrows() {
		EtcdWatcher<String> watcher = this.flags.watch();
		watcher.close();
		watcher.close();
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(watcher::take);
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(watcher::poll);
		assertThatExceptionOfType(EtcdWatcherClosedException.class)
			.isThrownBy(() -> watcher.poll(Duration.ofSeconds(1)));
		assertThatExceptionOfType(EtcdWatcherClosedException.class)
			.isThrownBy(() -> watcher.awaitSynced(Duration.ZERO));
	}

	@Test
	void aTakeEndsWhenTheWatcherIsClosed() throws Exception {
		EtcdWatcher<String> watcher = this.flags.watch();
		Thread closer = new Thread(watcher::close);
		closer.start();
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(() -> watcher.take((update) -> false));
		closer.join();
	}

}

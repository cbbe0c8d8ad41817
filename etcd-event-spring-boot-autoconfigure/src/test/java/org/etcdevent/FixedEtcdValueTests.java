package org.etcdevent;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EtcdValues#fixed}: values for unit tests that need no etcd.
 */
@Timeout(30)
class FixedEtcdValueTests {

	private final EtcdValue<String> flags = EtcdValues.fixed(KeyRange.prefix("a/"),
			new TreeMap<>(Map.of("a/1", "x", "a/2", "y")));

	@Test
	void isReadLikeAnyOther() {
		assertThat(this.flags.range()).isEqualTo(KeyRange.prefix("a/"));
		assertThat(this.flags.get("a/1")).contains("x");
		assertThat(this.flags.get("a/3")).isEmpty();
		assertThat(this.flags.snapshot().entries()).containsExactly(Map.entry("a/1", "x"), Map.entry("a/2", "y"));
		assertThat(this.flags.snapshot()).isSameAs(this.flags.snapshot())
			.hasToString("snapshot of 2 keys at revision 1");
		assertThat(this.flags.freshness()).isEqualTo(new EtcdFreshness(1, Duration.ZERO, EtcdWatchState.LIVE));
	}

	@Test
	void isOneKeyOrARange() throws Exception {
		EtcdValue<String> one = EtcdValues.fixed(KeyRange.key("a"), Map.of("a", "x"));
		assertThat(one.get()).contains("x");
		assertThat(one.await(1, Duration.ZERO)).isTrue();
		assertThat(EtcdValues.fixed(KeyRange.key("a"), Map.of()).get()).isEmpty();
		assertThatIllegalStateException().isThrownBy(this.flags::get)
			.withMessage("'a/' is a range: use get(key) or snapshot()");
	}

	@Test
	void refusesKeysOutsideOfItsRange() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.flags.get("b"))
			.withMessage("The key 'b' is not in the range 'a/'");
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdValues.fixed(KeyRange.key("a"), Map.of("b", "x")));
	}

	@Test
	void itsWatcherTellsEachKeyOnce() throws Exception {
		try (EtcdWatcher<String> watcher = this.flags.watch()) {
			assertThat(watcher.awaitSynced(Duration.ZERO)).isTrue();
			assertThat(watcher.take()).satisfies((update) -> {
				assertThat(update.key()).isEqualTo("a/1");
				assertThat(update.value()).isEqualTo("x");
				assertThat(update.initial()).isTrue();
			});
			assertThat(watcher.take((update) -> update.key().equals("a/2")).value()).isEqualTo("y");
			assertThat(watcher.poll()).isNull();
			assertThat(watcher.poll(Duration.ofMillis(1))).isNull();
		}
	}

	@Test
	void itsClosedWatcherSaysSo() {
		EtcdWatcher<String> watcher = this.flags.watch();
		watcher.close();
		watcher.close();
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(watcher::take);
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(watcher::poll);
		assertThatExceptionOfType(EtcdWatcherClosedException.class)
			.isThrownBy(() -> watcher.awaitSynced(Duration.ZERO));
		this.flags.close();
		assertThat(this.flags.get("a/1")).contains("x");
	}

	@Test
	void closeWakesWhoTakes() throws Exception {
		EtcdWatcher<String> watcher = EtcdValues.<String>fixed(KeyRange.key("a"), Map.of()).watch();
		Thread closer = new Thread(watcher::close);
		closer.start();
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(watcher::take);
		closer.join();
	}

}

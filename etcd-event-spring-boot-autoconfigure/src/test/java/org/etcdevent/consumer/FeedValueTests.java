package org.etcdevent.consumer;

import java.time.Duration;

import org.etcdevent.EtcdDecodingException;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedValueTests {

	private final ConsumerFixture fixture = new ConsumerFixture();

	private final EtcdValue<String> flags = this.fixture.values.value(ConsumerFixture.FLAGS, this.fixture.decoder);

	@Test
	void readsTheNewestState() {
		this.fixture.put("flags/a", "1");
		assertThat(this.flags.get("flags/a")).contains("1");
		this.fixture.put("flags/a", "2");
		assertThat(this.flags.get("flags/a")).contains("2");
		this.fixture.delete("flags/a");
		assertThat(this.flags.get("flags/a")).isEmpty();
		assertThat(this.flags.range()).isEqualTo(ConsumerFixture.FLAGS);
	}

	@Test
	void aSingleKeyNeedsNoName() {
		EtcdValue<String> one = this.fixture.values.value(KeyRange.key("limits"), String.class);
		this.fixture.settle();
		assertThat(one.get()).isEmpty();
		this.fixture.put("limits", "5");
		assertThat(one.get()).contains("5");
		assertThat(one.get("limits")).contains("5");
		assertThatIllegalStateException().isThrownBy(this.flags::get).withMessageContaining("flags/");
		assertThatIllegalArgumentException().isThrownBy(() -> one.get("other")).withMessageContaining("other");
	}

	@Test
	void theFirstReadWaitsForTheFirstState() throws Exception {
		this.fixture.put("flags/a", "1");
		FeedValues patient = new FeedValues(this.fixture.feeds, (type) -> this.fixture.decoder, Duration.ofHours(1));
		EtcdValue<String> value = patient.value(ConsumerFixture.FLAGS, String.class);
		BlockedCall<EtcdSnapshot<String>> snapshot = new BlockedCall<>(value::snapshot);
		this.fixture.settle();
		assertThat(snapshot.result().entries()).containsEntry("flags/a", "1");
	}

	@Test
	void theFirstReadGivesUpAfterTheSyncTimeout() {
		assertThatExceptionOfType(EtcdSyncTimeoutException.class).isThrownBy(() -> this.flags.get("flags/a"))
			.withMessageContaining("flags/")
			.withMessageContaining("etcd.event.sync-timeout");
	}

	@Test
	void anInterruptedFirstReadGivesUpAndKeepsTheInterrupt() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(EtcdSyncTimeoutException.class).isThrownBy(this.flags::snapshot);
		assertThat(Thread.interrupted()).isTrue();
		this.fixture.settle();
		assertThat(this.flags.snapshot().entries()).isEmpty();
	}

	@Test
	void anInterruptedReaderGetsWhatIsKnown() {
		this.fixture.put("flags/a", "1");
		EtcdSnapshot<String> known = this.flags.snapshot();
		this.fixture.put("flags/a", "2");
		Thread.currentThread().interrupt();
		EtcdSnapshot<String> now = this.flags.snapshot();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(now).isSameAs(known);
		assertThat(this.flags.get("flags/a")).contains("2");
	}

	@Test
	void aSnapshotIsTheSameUntilSomethingChanges() {
		this.fixture.put("flags/a", "1");
		EtcdSnapshot<String> first = this.flags.snapshot();
		assertThat(this.flags.snapshot()).isSameAs(first);
		this.fixture.put("flags/b", "2");
		assertThat(this.flags.snapshot()).isNotSameAs(first);
		assertThat(first.entries()).containsOnlyKeys("flags/a");
	}

	@Test
	void aValueIsDecodedOnceARevision() {
		this.fixture.put("flags/a", "1");
		for (int i = 0; i < 5; i++) {
			this.flags.get("flags/a");
			this.flags.snapshot();
		}
		assertThat(this.fixture.decoded).hasValue(1);
		this.fixture.put("flags/b", "2");
		this.flags.snapshot();
		assertThat(this.fixture.decoded).hasValue(2);
	}

	@Test
	void theLastGoodValueStaysReadable() {
		this.fixture.put("flags/a", "good");
		assertThat(this.flags.get("flags/a")).contains("good");
		this.fixture.put("flags/a", "bad");
		assertThat(this.flags.get("flags/a")).contains("good");
		assertThat(this.flags.snapshot().undecodable()).containsExactly("flags/a");
		this.fixture.delete("flags/a");
		assertThat(this.flags.get("flags/a")).isEmpty();
		assertThat(this.flags.snapshot().undecodable()).isEmpty();
	}

	@Test
	void aKeyWithoutAnyGoodValueIsAnError() {
		this.fixture.put("flags/a", "bad secret");
		assertThatExceptionOfType(EtcdDecodingException.class).isThrownBy(() -> this.flags.get("flags/a"))
			.withMessageContaining("flags/a")
			.withMessageNotContaining("secret");
		this.fixture.put("flags/a", "good");
		assertThat(this.flags.get("flags/a")).contains("good");
	}

	@Test
	void waitsForARevision() throws Exception {
		this.fixture.settle();
		long revision = this.fixture.etcd.put("flags/a", "1");
		assertThat(this.flags.await(revision, Duration.ZERO)).isFalse();
		BlockedCall<Boolean> known = new BlockedCall<>(() -> this.flags.await(revision, Duration.ofHours(1)));
		this.fixture.settle();
		assertThat(known.result()).isTrue();
		assertThat(this.flags.get("flags/a")).contains("1");
	}

	@Test
	void aRevisionThatChangedOtherKeysIsKnownWithTheNextProgress() throws Exception {
		this.fixture.settle();
		long revision = this.fixture.etcd.put("other", "1");
		this.fixture.loop.runFor(Duration.ofSeconds(10));
		assertThat(this.flags.await(revision, Duration.ZERO)).isTrue();
		assertThat(this.flags.snapshot().revision()).isEqualTo(revision);
	}

	@Test
	void goesOnThroughAnOutage() {
		this.fixture.put("flags/a", "1");
		this.fixture.etcd.reachable(false, false);
		this.fixture.etcd.cut(new Failure(Kind.UNAVAILABLE, "gone"), false);
		this.fixture.put("flags/a", "2");
		this.fixture.loop.runFor(Duration.ofMinutes(1));
		assertThat(this.flags.get("flags/a")).contains("1");
		assertThat(this.flags.freshness().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		assertThat(this.flags.freshness().age()).isBetween(Duration.ofMinutes(1), Duration.ofSeconds(70));
		assertThat(this.flags.freshness().revision()).isEqualTo(2);
		this.fixture.etcd.reachable(true, false);
		this.fixture.loop.runFor(Duration.ofSeconds(3));
		assertThat(this.flags.get("flags/a")).contains("2");
		assertThat(this.flags.freshness().age()).isLessThan(Duration.ofSeconds(4));
	}

	@Test
	void aClosedValueThrows() {
		this.fixture.settle();
		assertThat(this.flags.snapshot().entries()).isEmpty();
		this.flags.close();
		this.flags.close();
		this.fixture.settle();
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(this.flags::watch);
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(this.flags::snapshot);
		assertThat(this.fixture.etcd.streams()).isZero();
	}

}

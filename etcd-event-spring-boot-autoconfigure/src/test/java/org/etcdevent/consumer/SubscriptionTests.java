package org.etcdevent.consumer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.QuietPeriod;
import org.etcdevent.WatchStatus;
import org.etcdevent.consumer.SubscriptionListener;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.etcdevent.consumer.ConsumerFixture.next;
import static org.etcdevent.consumer.ConsumerFixture.poll;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SubscriptionTests {

	private final ConsumerFixture fixture = new ConsumerFixture();

	@Test
	void tellsTheStateAndThenChanges() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.subscribe();
		Delivery<String> first = poll(subscription);
		assertThat(first.update().initial()).isTrue();
		assertThat(first.revision()).isEqualTo(first.update().revision());
		subscription.handled(first);
		this.fixture.put("flags/a", "2");
		this.fixture.delete("flags/a");
		this.fixture.put("flags/b", "");
		assertThat(next(subscription)).isEqualTo("flags/a deleted");
		assertThat(next(subscription)).isEqualTo("flags/b=");
		assertThat(poll(subscription)).isNull();
	}

	@Test
	void aTakeWaitsForTheFirstState() throws Exception {
		this.fixture.etcd.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.values.subscribe(ConsumerFixture.FLAGS, this.fixture.decoder,
				null);
		BlockedCall<Delivery<String>> take = new BlockedCall<>(subscription::take);
		this.fixture.settle();
		assertThat(take.result().update().value()).isEqualTo("1");
	}

	@Test
	void aTakeIsWokenByAChange() throws Exception {
		Subscription<String> subscription = this.fixture.subscribe();
		BlockedCall<Delivery<String>> take = new BlockedCall<>(subscription::take);
		this.fixture.put("flags/a", "1");
		assertThat(take.result().update().key()).isEqualTo("flags/a");
	}

	@Test
	void aTakeIsWokenByTheAnswerToAnother() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.subscribe();
		Delivery<String> inFlight = poll(subscription);
		BlockedCall<Delivery<String>> take = new BlockedCall<>(subscription::take);
		this.fixture.put("flags/a", "2");
		assertThat(take.isDone()).isFalse();
		subscription.handled(inFlight);
		assertThat(take.result().update().value()).isEqualTo("2");
	}

	@Test
	void closingWakesWhoWaits() throws Exception {
		Subscription<String> subscription = this.fixture.subscribe();
		BlockedCall<Delivery<String>> take = new BlockedCall<>(subscription::take);
		BlockedCall<Delivery<String>> takeAll = new BlockedCall<>(subscription::takeAll);
		subscription.close();
		assertThat(take.failure()).isInstanceOf(EtcdWatcherClosedException.class);
		assertThat(takeAll.failure()).isInstanceOf(EtcdWatcherClosedException.class);
		assertThatExceptionOfType(EtcdWatcherClosedException.class).isThrownBy(() -> poll(subscription));
	}

	@Test
	void closingWakesWhoWaitsForTheFirstState() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.subscribe();
		BlockedCall<Boolean> synced = new BlockedCall<>(() -> subscription.awaitSynced(Duration.ofHours(1)));
		subscription.close();
		assertThat(synced.failure()).isInstanceOf(EtcdWatcherClosedException.class);
	}

	@Test
	void anInterruptLosesNothing() throws Exception {
		Subscription<String> subscription = this.fixture.subscribe();
		BlockedCall<Delivery<String>> take = new BlockedCall<>(subscription::take);
		take.interrupt();
		assertThat(take.failure()).isInstanceOf(InterruptedException.class);
		this.fixture.put("flags/a", "1");
		assertThat(next(subscription)).isEqualTo("flags/a=1");
	}

	@Test
	void isSyncedOnceEachKeyWasAnswered() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.subscribe();
		Delivery<String> delivery = poll(subscription);
		assertThat(subscription.isSynced()).isFalse();
		BlockedCall<Boolean> synced = new BlockedCall<>(() -> subscription.awaitSynced(Duration.ofHours(1)));
		subscription.failed(delivery, Duration.ofSeconds(1));
		assertThat(synced.result()).isTrue();
	}

	@Test
	void isSyncedWhenTheLastKeyVanishesBeforeItsAttempt() {
		AtomicInteger synced = new AtomicInteger();
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.values.subscribe(ConsumerFixture.FLAGS, this.fixture.decoder,
				null, QuietPeriod.NONE, new SubscriptionListener() {

					@Override
					public void onState(EtcdWatchState before, EtcdWatchState now, String cause) {
					}

					@Override
					public void onSynced() {
						synced.incrementAndGet();
					}

				});
		this.fixture.settle();
		assertThat(synced).hasValue(0);
		this.fixture.delete("flags/a");
		assertThat(subscription.isSynced()).isTrue();
		assertThat(synced).hasValue(1);
		this.fixture.put("flags/a", "1");
		assertThat(synced).hasValue(1);
	}

	@Test
	void waitingForTheFirstStateEndsWithItsTime() throws Exception {
		this.fixture.put("flags/a", "1");
		assertThat(this.fixture.subscribe().awaitSynced(Duration.ZERO)).isFalse();
	}

	@Test
	void aFailedKeyComesAgainWithItsNewestValueWhenItIsDue() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.subscribe();
		subscription.failed(poll(subscription), Duration.ofSeconds(5));
		this.fixture.put("flags/a", "2");
		assertThat(poll(subscription)).isNull();
		this.fixture.loop.runFor(Duration.ofSeconds(5));
		Delivery<String> again = poll(subscription);
		assertThat(again.update().value()).isEqualTo("2");
		assertThat(again.attempt()).isEqualTo(2);
	}

	@Test
	void whatCannotBeDecodedIsCountedAndPassedOver() throws Exception {
		this.fixture.put("flags/a", "bad secret");
		this.fixture.put("flags/b", "good");
		Subscription<String> subscription = this.fixture.subscribe();
		assertThat(next(subscription)).isEqualTo("flags/b=good");
		assertThat(poll(subscription)).isNull();
		WatchStatus status = subscription.status();
		assertThat(status.decodingErrors()).isOne();
		assertThat(status.undecodable()).isOne();
		assertThat(status.lastError()).contains("flags/a", "revision 2").doesNotContain("secret");
		assertThat(subscription.isSynced()).isTrue();
	}

	@Test
	void aKeyIsUndecodableUntilItHasAValidValueOrIsDeleted() throws Exception {
		this.fixture.put("flags/a", "bad");
		this.fixture.put("flags/b", "bad");
		Subscription<String> subscription = this.fixture.subscribe();
		assertThat(poll(subscription)).isNull();
		this.fixture.loop.runFor(Duration.ofHours(1));
		assertThat(subscription.status().undecodable()).isEqualTo(2);
		this.fixture.put("flags/a", "good");
		assertThat(next(subscription)).isEqualTo("flags/a=good");
		assertThat(subscription.status().undecodable()).isOne();
		this.fixture.delete("flags/b");
		assertThat(poll(subscription)).isNull();
		assertThat(subscription.status().undecodable()).isZero();
		assertThat(subscription.status().decodingErrors()).isEqualTo(2);
	}

	@Test
	void aDecoderMayThrowAnythingAndAnswerNull() throws Exception {
		this.fixture.put("flags/a", "null");
		this.fixture.put("flags/b", "error");
		this.fixture.put("flags/c", "good");
		Subscription<String> subscription = this.fixture.values.subscribe(ConsumerFixture.FLAGS, (key, value) -> {
			switch (new String(value, StandardCharsets.UTF_8)) {
				case "null":
					return null;
				case "error":
					throw new StackOverflowError();
				default:
					return "good";
			}
		}, null);
		this.fixture.settle();
		assertThat(next(subscription)).isEqualTo("flags/c=good");
		assertThat(subscription.status().decodingErrors()).isEqualTo(2);
	}

	@Test
	void everythingIsTakenToTheRevisionOfTheRange() throws Exception {
		this.fixture.put("flags/a", "1");
		this.fixture.put("flags/bad", "bad");
		Subscription<String> subscription = this.fixture.subscribe();
		Delivery<String> all = subscription.takeAll();
		assertThat(all.updates()).extracting(ConsumerFixture::told).containsExactly("flags/a=1");
		assertThat(all.revision()).isEqualTo(3);
		assertThatIllegalStateException().isThrownBy(all::snapshot);
		subscription.handled(all);
		BlockedCall<Delivery<String>> next = new BlockedCall<>(subscription::takeAll);
		this.fixture.put("flags/b", "2");
		assertThat(next.result().updates()).extracting(ConsumerFixture::told).containsExactly("flags/b=2");
	}

	@Test
	void aRestartRepeatsNothingAndTellsDeletions() throws Exception {
		this.fixture.put("flags/a", "1");
		this.fixture.put("flags/b", "1");
		this.fixture.put("flags/c", "1");
		Subscription<String> first = this.fixture.subscribe();
		first.handled(first.takeAll());
		Checkpoint handled = first.stop();
		this.fixture.delete("flags/a");
		this.fixture.put("flags/b", "2");
		this.fixture.etcd.compact();
		Subscription<String> second = this.fixture.subscribe(handled);
		assertThat(second.takeAll().updates()).extracting(ConsumerFixture::told)
			.containsExactlyInAnyOrder("flags/a deleted", "flags/b=2");
	}

	@Test
	void whatIsInFlightAtTheStopIsToldAgainAfterwards() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> first = this.fixture.subscribe();
		Delivery<String> inFlight = poll(first);
		Checkpoint handled = first.stop();
		first.handled(inFlight);
		Subscription<String> second = this.fixture.subscribe(handled);
		Delivery<String> again = poll(second);
		assertThat(again.update().value()).isEqualTo("1");
		assertThat(again.attempt()).isEqualTo(2);
	}

	@Test
	void theStatusTellsWhereTheWatchStands() throws Exception {
		List<EtcdWatchState> states = new ArrayList<>();
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.values.subscribe(ConsumerFixture.FLAGS, this.fixture.decoder,
				null, QuietPeriod.NONE, (before, now, cause) -> states.add(now));
		assertThat(subscription.status().state()).isEqualTo(EtcdWatchState.IDLE);
		this.fixture.settle();
		this.fixture.put("flags/a", "2");
		this.fixture.etcd.cut(new Failure(Kind.UNAVAILABLE, "cut"), false);
		this.fixture.loop.runFor(Duration.ofSeconds(5));
		WatchStatus status = subscription.status();
		assertThat(status.state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(status.revision()).isEqualTo(3);
		assertThat(status.backlog()).isOne();
		assertThat(status.coalesced()).isOne();
		assertThat(status.received()).isGreaterThanOrEqualTo(1);
		assertThat(status.reconnects()).isOne();
		assertThat(status.resyncs()).isEmpty();
		assertThat(states).containsExactly(EtcdWatchState.SYNCING, EtcdWatchState.LIVE, EtcdWatchState.RECONNECTING,
				EtcdWatchState.LIVE);
		subscription.close();
		assertThat(subscription.status().state()).isEqualTo(EtcdWatchState.IDLE);
	}

}

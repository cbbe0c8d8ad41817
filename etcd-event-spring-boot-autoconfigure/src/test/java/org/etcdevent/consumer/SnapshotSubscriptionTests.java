package org.etcdevent.consumer;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Subscriptions that take the whole range.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SnapshotSubscriptionTests {

	private final ConsumerFixture fixture = new ConsumerFixture();

	@Test
	void theFirstSnapshotComesEvenIfItIsEmpty() throws Exception {
		this.fixture.put("other", "1");
		Subscription<String> subscription = this.fixture.subscribe();
		Delivery<String> empty = subscription.takeSnapshot();
		assertThat(empty.updates()).isEmpty();
		assertThat(empty.snapshot().entries()).isEmpty();
		assertThat(empty.snapshot().revision()).isEqualTo(2);
		subscription.handled(empty);
		BlockedCall<Delivery<String>> next = new BlockedCall<>(subscription::takeSnapshot);
		this.fixture.put("flags/a", "1");
		assertThat(next.result().snapshot().entries()).containsExactly(entry("flags/a", "1"));
	}

	@Test
	void aSnapshotHasAllKeysInOrderAndThoseThatCannotBeDecoded() throws Exception {
		this.fixture.put("flags/b", "2");
		this.fixture.put("flags/a", "1");
		this.fixture.put("flags/c", "3");
		Subscription<String> subscription = this.fixture.subscribe();
		subscription.handled(subscription.takeSnapshot());
		this.fixture.put("flags/c", "bad");
		this.fixture.put("flags/d", "bad");
		Delivery<String> delivery = subscription.takeSnapshot();
		assertThat(delivery.snapshot().entries()).containsExactly(entry("flags/a", "1"), entry("flags/b", "2"),
				entry("flags/c", "3"));
		assertThat(delivery.snapshot().undecodable()).containsExactly("flags/c", "flags/d");
		subscription.handled(delivery);
		this.fixture.put("flags/c", "4");
		this.fixture.delete("flags/d");
		delivery = subscription.takeSnapshot();
		assertThat(delivery.snapshot().get("flags/c")).contains("4");
		assertThat(delivery.snapshot().undecodable()).isEmpty();
	}

	@Test
	void aFailedSnapshotComesAgainWithWhatChangedMeanwhile() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> subscription = this.fixture.subscribe();
		subscription.failed(subscription.takeSnapshot(), Duration.ofSeconds(5));
		this.fixture.put("flags/b", "2");
		this.fixture.loop.runFor(Duration.ofSeconds(5));
		Delivery<String> again = subscription.takeSnapshot();
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.snapshot().entries()).containsOnlyKeys("flags/a", "flags/b");
	}

	@Test
	void aFailedEmptySnapshotComesAgainWhenItIsDue() throws Exception {
		Subscription<String> subscription = this.fixture.subscribe();
		subscription.failed(subscription.takeSnapshot(), Duration.ofSeconds(5));
		assertThat(subscription.pollSnapshotNow()).isNull();
		this.fixture.put("flags/a", "1");
		assertThat(subscription.pollSnapshotNow()).isNull();
		this.fixture.delete("flags/a");
		this.fixture.loop.runFor(Duration.ofSeconds(5));
		Delivery<String> again = subscription.takeSnapshot();
		assertThat(again.snapshot().entries()).isEmpty();
		assertThat(again.attempt()).isEqualTo(2);
		subscription.failed(again, Duration.ZERO);
		assertThat(subscription.takeSnapshot().attempt()).isEqualTo(3);
	}

	@Test
	void attemptsBeginAnewOnceAnEmptySnapshotIsHandled() throws Exception {
		Subscription<String> subscription = this.fixture.subscribe();
		subscription.failed(subscription.takeSnapshot(), Duration.ZERO);
		subscription.handled(subscription.takeSnapshot());
		this.fixture.put("flags/a", "1");
		assertThat(subscription.takeSnapshot().attempt()).isOne();
	}

	@Test
	void anEmptySnapshotThatWasGivenBackComesAgain() throws Exception {
		Subscription<String> subscription = this.fixture.subscribe();
		subscription.release(subscription.takeSnapshot());
		Delivery<String> again = subscription.takeSnapshot();
		assertThat(again.snapshot().entries()).isEmpty();
		assertThat(again.attempt()).isOne();
	}

	@Test
	void afterARestartASnapshotShowsWhatWasHandledBefore() throws Exception {
		this.fixture.put("flags/a", "1");
		this.fixture.put("flags/b", "1");
		this.fixture.put("flags/c", "1");
		Subscription<String> first = this.fixture.subscribe();
		first.handled(first.takeSnapshot());
		Checkpoint handled = first.stop();
		this.fixture.delete("flags/b");
		this.fixture.put("flags/c", "bad");
		Subscription<String> second = this.fixture.subscribe(handled);
		Delivery<String> delivery = second.takeSnapshot();
		assertThat(delivery.updates()).extracting(ConsumerFixture::told).containsExactly("flags/b deleted");
		assertThat(delivery.snapshot().entries()).containsExactly(entry("flags/a", "1"), entry("flags/c", "1"));
		assertThat(delivery.snapshot().undecodable()).containsExactly("flags/c");
	}

	@Test
	void aRestartRepeatsNoSnapshot() throws Exception {
		this.fixture.put("flags/a", "1");
		Subscription<String> first = this.fixture.subscribe();
		first.handled(first.takeSnapshot());
		Subscription<String> second = this.fixture.subscribe(first.stop());
		BlockedCall<Delivery<String>> next = new BlockedCall<>(second::takeSnapshot);
		this.fixture.put("flags/b", "2");
		assertThat(next.result().snapshot().entries()).containsOnlyKeys("flags/a", "flags/b");
	}

}

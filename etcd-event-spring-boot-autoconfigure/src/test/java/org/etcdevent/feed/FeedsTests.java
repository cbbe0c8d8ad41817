package org.etcdevent.feed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.feed.FeedFixture.Joined;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FeedsTests {

	private final FeedFixture fixture = new FeedFixture();

	@Test
	void whoFollowsEqualRangesSharesAWatch() {
		this.fixture.etcd.put("a/1", "1");
		Joined first = this.fixture.join("a/");
		Joined second = this.fixture.join("a/*");
		this.fixture.settle();
		assertThat(this.fixture.etcd.watches()).isOne();
		assertThat(this.fixture.etcd.reads()).filteredOn((read) -> read.limit() != 1).hasSize(1);
		assertThat(first.status()).isSameAs(second.status());
		first.mirror().assertConverged();
		second.mirror().assertConverged();
	}

	@Test
	void allRangesShareAStream() {
		this.fixture.join("a/");
		this.fixture.join("b");
		this.fixture.join("*");
		this.fixture.settle();
		assertThat(this.fixture.etcd.watches()).isEqualTo(3);
		assertThat(this.fixture.etcd.streams()).isOne();
	}

	@Test
	void theLastWhoLeavesEndsTheFeed() {
		Joined first = this.fixture.join("a/");
		Joined second = this.fixture.join("a/");
		Joined other = this.fixture.join("b/");
		this.fixture.settle();
		first.membership().leave();
		this.fixture.settle();
		assertThat(this.fixture.etcd.watches()).isEqualTo(2);
		second.membership().leave();
		this.fixture.settle();
		assertThat(this.fixture.etcd.watches()).isOne();
		assertThat(second.status().state()).isEqualTo(EtcdWatchState.IDLE);
		other.membership().leave();
		this.fixture.settle();
		assertThat(this.fixture.etcd.streams()).isZero();
		assertThat(this.fixture.loop.waiting()).isZero();
	}

	@Test
	void aFeedCanBeginAnew() {
		Joined first = this.fixture.join("a/");
		this.fixture.settle();
		first.membership().leave();
		Joined second = this.fixture.join("a/");
		this.fixture.etcd.put("a/1", "1");
		this.fixture.settle();
		second.mirror().assertConverged();
		assertThat(second.status()).isNotSameAs(first.status());
	}

	@Test
	void whoLeavesHearsWhatIsKnown() {
		this.fixture.etcd.put("a/1", "1");
		Joined joined = this.fixture.join("a/");
		this.fixture.settle();
		List<NavigableMap<Key, Entry>> last = new ArrayList<>();
		joined.membership().leave(last::add);
		joined.membership().leave(last::add);
		this.fixture.settle();
		assertThat(last).hasSize(2);
		assertThat(last.get(0)).containsOnlyKeys(Entries.key("a/1"));
		assertThat(last.get(1)).isNull();
	}

	@Test
	void whoLeavesAFeedThatHasEndedLeavesItsSuccessorAlone() {
		Joined first = this.fixture.join("a/");
		this.fixture.settle();
		first.membership().leave();
		Joined second = this.fixture.join("a/");
		first.membership().leave();
		this.fixture.etcd.put("a/1", "1");
		this.fixture.settle();
		second.mirror().assertConverged();
	}

	@Test
	void closingEndsEverything() {
		Joined joined = this.fixture.join("a/");
		this.fixture.settle();
		this.fixture.feeds.close();
		this.fixture.settle();
		assertThat(joined.status().state()).isEqualTo(EtcdWatchState.IDLE);
		assertThat(this.fixture.etcd.streams()).isZero();
		assertThat(this.fixture.loop.waiting()).isZero();
		Joined late = this.fixture.join("a/");
		this.fixture.settle();
		assertThat(late.status()).isNull();
		assertThat(this.fixture.loop.waiting()).isZero();
	}

	@Test
	void closingWhileSomeoneJoinsTellsNoPartForTheWhole() {
		putMany("a/", 2_500);
		this.fixture.join("a/");
		this.fixture.settle();
		Joined late = this.fixture.join("a/");
		this.fixture.feeds.close();
		this.fixture.settle();
		assertThat(late.mirror().isJoined()).isFalse();
	}

	@Test
	void aLateJoinerOfALargeRangeEndsAtOneRevision() {
		putMany("a/", 3_500);
		this.fixture.join("a/");
		this.fixture.settle();
		Joined late = this.fixture.join("a/");
		// Between the slices keys change that were told, that were not, and that go.
		for (int i = 0; i < 3_500; i += 100) {
			int n = i;
			this.fixture.loop.execute(() -> {
				this.fixture.etcd.put(name("a/", n), "changed");
				this.fixture.etcd.delete(name("a/", 3_499 - n));
			});
		}
		this.fixture.settle();
		late.mirror().assertConverged();
		assertThat(late.mirror().entries()).hasSize(3_500 - 35);
	}

	@Test
	void slicesAreTurnsOfTheLoop() {
		putMany("a/", 2_500);
		this.fixture.join("a/");
		this.fixture.settle();
		List<Integer> told = new ArrayList<>();
		this.fixture.feeds.join(KeyRange.parse("a/"), new FeedSubscriber() {

			@Override
			public void onSlice(List<Entry> slice) {
				told.add(slice.size());
			}

			@Override
			public void onJoined(long revision) {
				told.add(-1);
			}

			@Override
			public void onChanges(List<Change> changes, long revision) {
				assertThat(changes).isEmpty();
			}

			@Override
			public void onState(EtcdWatchState from, EtcdWatchState to, String cause) {
				throw new IllegalStateException("must not harm others");
			}

		});
		this.fixture.seconds(5);
		assertThat(told).containsExactly(1_000, 1_000, 500, -1);
	}

	@Test
	void aSubscriberThatFailsHarmsNobody() {
		this.fixture.feeds.join(KeyRange.parse("a/"), new FailingSubscriber());
		Joined joined = this.fixture.join("a/");
		this.fixture.etcd.put("a/1", "1");
		this.fixture.settle();
		this.fixture.etcd.put("a/1", "2");
		this.fixture.settle();
		joined.mirror().assertConverged();
	}

	private void putMany(String prefix, int count) {
		Map<String, byte[]> writes = new LinkedHashMap<>();
		for (int i = 0; i < count; i++) {
			writes.put(name(prefix, i), new byte[] { 1 });
		}
		this.fixture.etcd.commit(writes);
	}

	private static String name(String prefix, int number) {
		return prefix + String.format("%05d", number);
	}

	private static final class FailingSubscriber implements FeedSubscriber {

		@Override
		public void onSlice(List<Entry> slice) {
			throw new IllegalStateException();
		}

		@Override
		public void onJoined(long revision) {
			throw new IllegalStateException();
		}

		@Override
		public void onChanges(List<Change> changes, long revision) {
			throw new IllegalStateException();
		}

		@Override
		public void onState(EtcdWatchState from, EtcdWatchState to, String cause) {
			throw new IllegalStateException();
		}

	}

}

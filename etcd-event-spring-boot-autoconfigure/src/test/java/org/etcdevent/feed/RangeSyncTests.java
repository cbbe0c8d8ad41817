package org.etcdevent.feed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.feed.FeedFixture.Joined;
import org.etcdevent.feed.ScriptedFixture.Follower;
import org.etcdevent.feed.ScriptedTransport.Read;
import org.etcdevent.feed.ScriptedTransport.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.feed.Entries.put;
import static org.etcdevent.feed.ScriptedTransport.stamp;

class RangeSyncTests {

	private final ScriptedFixture fixture = new ScriptedFixture(new FeedSettings(Duration.ofSeconds(10), 2, 1 << 20));

	@Test
	void allPagesAreReadAtTheRevisionOfTheFirst() {
		Follower a = this.fixture.join("a*");
		Read first = this.fixture.transport.read();
		assertThat(first.request.revision()).isZero();
		assertThat(first.request.limit()).isEqualTo(2);
		first.answer(stamp(7), true, put("a1", "1", 3), put("a2", "2", 4));
		Read second = this.fixture.transport.read();
		assertThat(second.request.revision()).isEqualTo(7);
		assertThat(second.request.start()).isEqualTo(new byte[] { 'a', '2', 0 });
		assertThat(a.told).isEmpty();
		second.answer(9, put("a3", "3", 5));
		this.fixture.loop.run();
		assertThat(a.told).containsExactly("a1@3=1", "a2@4=2", "a3@5=3");
		assertThat(a.revisions).containsExactly(7L);
	}

	@Test
	void pagesGrowTowardsTheirSizeInBytes() {
		this.fixture.join("a*");
		this.fixture.transport.read().answer(stamp(7), true, put("a1", "1", 3), put("a2", "2", 4));
		assertThat(this.fixture.transport.read().request.limit()).isEqualTo(8);
	}

	@Test
	void aReadThatCompactionOvertakesStartsAgainWithLargerPagesAtLastInOneRequest() {
		this.fixture.join("a*");
		List<Long> limits = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			limits.add(this.fixture.transport.read().request.limit());
			assertThat(this.fixture.transport.read().request.revision()).isZero();
			this.fixture.transport.read().fail(Kind.COMPACTED);
			this.fixture.pass(Duration.ofSeconds(1));
		}
		assertThat(limits).containsExactly(2L, 20L, 200L, 0L);
	}

	@Test
	void aReadThatTimesOutIsRepeatedAtItsRevisionWithMoreTime() {
		this.fixture.join("a*");
		this.fixture.transport.read().answer(stamp(7), true, put("a1", "1", 3));
		Read slow = this.fixture.transport.read();
		slow.fail(Kind.TIMEOUT);
		this.fixture.pass(Duration.ofSeconds(1));
		Read again = this.fixture.transport.read();
		assertThat(again.request.revision()).isEqualTo(7);
		assertThat(again.request.start()).isEqualTo(slow.request.start());
		assertThat(again.request.timeoutNanos()).isEqualTo(2 * slow.request.timeoutNanos());
	}

	@Test
	void pagesOfAnotherClusterAreNotMixed() {
		Follower a = this.fixture.join("a*");
		this.fixture.transport.read().answer(stamp(7), true, put("a1", "1", 3));
		this.fixture.transport.read().answer(new Stamp(99, 8, 2), false, put("a2", "1", 3));
		Read again = this.fixture.transport.read();
		assertThat(again.request.revision()).isZero();
		again.answer(new Stamp(99, 8, 2), false, put("a9", "1", 3));
		this.fixture.loop.run();
		assertThat(a.told).containsExactly("a9@3=1");
	}

	@Test
	void goesOnThroughEveryFailure() {
		Follower a = this.fixture.join("a*");
		for (Kind kind : Kind.values()) {
			this.fixture.transport.read().fail(kind);
			assertThat(a.status().lastError()).isEqualTo(kind.name());
			int reads = this.fixture.transport.reads.size();
			this.fixture.pass(Duration.ofSeconds(30));
			assertThat(this.fixture.transport.reads).hasSizeGreaterThan(reads);
		}
		this.fixture.transport.read().answer(7, put("a1", "1", 3));
		this.fixture.loop.run();
		assertThat(a.told).containsExactly("a1@3=1");
		assertThat(a.status().attempts()).isZero();
	}

	@Test
	void aResyncReadsKeysAloneAndFetchesWhatDiffers() {
		Follower a = this.fixture.followConnected("a*", 7, put("a1", "1", 3), put("a2", "2", 4), put("a3", "3", 5));
		compacted();
		Read keys = this.fixture.transport.read();
		assertThat(keys.request.detail()).isEqualTo(Detail.KEYS);
		a.told.clear();
		keys.answer(12, put("a1", "", 3), put("a3", "", 9), put("a4", "", 10));
		Read values = this.fixture.transport.read();
		assertThat(values.keys).containsExactly(Entries.key("a3"), Entries.key("a4"));
		assertThat(values.request.revision()).isEqualTo(12);
		assertThat(a.told).isEmpty();
		values.answer(13, put("a3", "33", 9), put("a4", "44", 10));
		assertThat(a.told).containsExactlyInAnyOrder("a2@12 deleted", "a3@9=33", "a4@10=44");
		assertThat(a.revisions).containsExactly(7L, 12L);
		assertThat(a.status().resyncs()).containsEntry("compacted", 1L);
	}

	@Test
	void aResyncThatFindsNothingNewOnlyMovesOn() {
		Follower a = this.fixture.followConnected("a*", 7, put("a1", "1", 3));
		compacted();
		a.told.clear();
		this.fixture.transport.read().answer(12, put("a1", "", 3));
		assertThat(a.told).isEmpty();
		assertThat(a.status().revision()).isEqualTo(12);
	}

	@Test
	void aResyncOverSeveralPagesFindsDeletionsAtTheirEdges() {
		Follower a = this.fixture.followConnected("a*", 7, put("a0", "0", 2), put("a1", "1", 3), put("a2", "2", 4),
				put("a3", "3", 5), put("a4", "4", 6), put("a5", "5", 7));
		compacted();
		a.told.clear();
		this.fixture.transport.read().answer(stamp(12), true, put("a1", "", 3), put("a2", "", 4));
		this.fixture.transport.read().answer(12, put("a4", "", 6));
		assertThat(a.told).containsExactlyInAnyOrder("a0@12 deleted", "a3@12 deleted", "a5@12 deleted");
	}

	@Test
	void valuesThatAreCompactedBeforeTheyAreFetchedLeadToANewReading() {
		this.fixture.followConnected("a*", 7, put("a1", "1", 3));
		compacted();
		this.fixture.transport.read().answer(12, put("a1", "", 9));
		this.fixture.transport.read().fail(Kind.COMPACTED);
		this.fixture.pass(Duration.ofSeconds(1));
		assertThat(this.fixture.transport.read().request.revision()).isZero();
		assertThat(this.fixture.transport.read().request.detail()).isEqualTo(Detail.KEYS);
	}

	@Test
	void whatIsFetchedOtherwiseThanItWasListedIsOfAnotherEpoch() {
		Follower a = this.fixture.followConnected("a*", 7, put("a1", "1", 3), put("a2", "2", 4));
		compacted();
		this.fixture.transport.read().answer(12, put("a1", "", 3), put("a2", "", 9));
		a.told.clear();
		this.fixture.transport.read().answer(13, put("a2", "other", 8));
		Read whole = this.fixture.transport.read();
		assertThat(whole.request.detail()).isEqualTo(Detail.ALL);
		assertThat(whole.request.revision()).isZero();
		whole.answer(13, put("a1", "other", 3), put("a2", "other", 8));
		assertThat(a.told).containsExactly("a1@3=other", "a2@8=other");
	}

	@Test
	void aNewEpochIsComparedByContent() {
		Follower a = this.fixture.followConnected("a*", 7, put("a1", "1", 3), put("a2", "2", 4), put("a3", "3", 5));
		compacted();
		this.fixture.transport.read().answer(new Stamp(1, 6, 1), false, put("a1", "", 3));
		Read whole = this.fixture.transport.read();
		assertThat(whole.request.detail()).isEqualTo(Detail.ALL);
		a.told.clear();
		whole.answer(new Stamp(1, 6, 1), false, put("a1", "other", 3), put("a2", "2", 4));
		assertThat(a.told).containsExactly("a1@3=other", "a3@6 deleted");
		assertThat(a.status().revision()).isEqualTo(6);
	}

	@Test
	void muchThatDiffersIsReadInPages() {
		FeedFixture real = new FeedFixture();
		real.etcd.commit(many(3_000, "1"));
		Joined joined = real.join("a/");
		real.settle();
		behind(real, () -> real.etcd.commit(many(2_000, "2")));
		joined.mirror().assertConverged();
		assertThat(readings(real)).startsWith(Detail.ALL, Detail.KEYS, Detail.ALL);
	}

	@Test
	void littleThatDiffersIsFetchedByKey() {
		FeedFixture real = new FeedFixture();
		real.etcd.commit(many(3_000, "1"));
		Joined joined = real.join("a/");
		real.settle();
		behind(real, () -> {
			real.etcd.commit(many(700, "2"));
			real.etcd.delete("a/02999");
		});
		joined.mirror().assertConverged();
		assertThat(readings(real)).containsExactly(Detail.ALL, Detail.KEYS);
	}

	@Test
	void leavingCancelsTheRead() {
		Follower a = this.fixture.join("a*");
		a.leave();
		this.fixture.loop.run();
		assertThat(this.fixture.transport.read().canceled).isTrue();
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.IDLE);
	}

	private void compacted() {
		Stream stream = this.fixture.connect(10);
		stream.canceled(stream.creates.size() - 1, Kind.COMPACTED);
	}

	/** A watch whose past is proved falls behind what is compacted. */
	private static void behind(FeedFixture real, Runnable meanwhile) {
		real.seconds(11);
		real.etcd.delayWatch(Duration.ofSeconds(1));
		meanwhile.run();
		real.etcd.put("elsewhere", "later");
		real.etcd.compact();
		real.seconds(5);
	}

	/** How much was read of the range, when it was read as a whole. */
	private static List<Detail> readings(FeedFixture real) {
		return real.etcd.reads()
			.stream()
			.filter((read) -> read.end().length > 0 && (read.detail() == Detail.ALL || read.detail() == Detail.KEYS))
			.map(RangeRead::detail)
			.toList();
	}

	private static Map<String, byte[]> many(int count, String value) {
		Map<String, byte[]> writes = new LinkedHashMap<>();
		for (int i = 0; i < count; i++) {
			writes.put("a/" + String.format("%05d", i), value.getBytes(StandardCharsets.UTF_8));
		}
		return writes;
	}

	@Test
	void aPageThatTheRangeCannotHaveIsReadAgainAfterAWhile() {
		Follower a = this.fixture.join("a*");
		List<Entry[]> impossible = List.of(new Entry[] {}, new Entry[] { put("a2", "", 3), put("a1", "", 3) },
				new Entry[] { put("a1", "", 3), put("a1", "", 3) }, new Entry[] { put("Z", "", 3) },
				new Entry[] { put("a1", "", 3), put("b", "", 3) });
		for (Entry[] entries : impossible) {
			int reads = this.fixture.transport.reads.size();
			this.fixture.transport.read().answer(stamp(7), true, entries);
			assertThat(this.fixture.transport.reads).hasSize(reads);
			this.fixture.pass(Duration.ofSeconds(1));
			assertThat(this.fixture.transport.reads).hasSize(reads + 1);
		}
		this.fixture.transport.read().answer(stamp(7), true, put("a1", "1", 3), put("a2", "2", 4));
		this.fixture.transport.read().answer(stamp(7), true, put("a1", "1", 3), put("a2", "2", 4));
		this.fixture.pass(Duration.ofSeconds(1));
		assertThat(a.told).isEmpty();
		assertThat(a.status().lastError()).isEqualTo("etcd sent a page that the range cannot have");
		this.fixture.transport.read().answer(7, put("a1", "1", 3));
		this.fixture.loop.run();
		assertThat(a.told).containsExactly("a1@3=1");
	}

}

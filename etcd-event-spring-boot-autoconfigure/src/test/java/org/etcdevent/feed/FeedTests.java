package org.etcdevent.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.etcdevent.EtcdFreshness;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.feed.FeedFixture.Joined;
import org.etcdevent.feed.ScriptedFixture.Follower;
import org.etcdevent.feed.ScriptedTransport.Read;
import org.etcdevent.feed.ScriptedTransport.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.feed.Entries.deleted;
import static org.etcdevent.feed.Entries.put;
import static org.etcdevent.feed.ScriptedTransport.stamp;

@ExtendWith(OutputCaptureExtension.class)
class FeedTests {

	private final ScriptedFixture fixture = new ScriptedFixture();

	@Test
	void goesThroughItsStates() {
		Follower a = this.fixture.join("a");
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.SYNCING);
		this.fixture.transport.read().answer(7);
		Stream stream = this.fixture.connect(7);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		stream.listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		assertThat(a.status().lastError()).isEqualTo("cut");
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.connect(7);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(a.status().reconnects()).isOne();
	}

	@Test
	void aReadingOfSeveralPagesIsAsOldAsItsFirst() {
		Follower a = this.fixture.join("a*");
		this.fixture.transport.read().answer(stamp(7), true, put("a1", "1", 6));
		this.fixture.pass(Duration.ofSeconds(3));
		this.fixture.transport.read().answer(9, put("a2", "1", 7));
		assertThat(a.status().revision()).isEqualTo(7);
		assertThat(a.status().age()).isEqualTo(Duration.ofSeconds(3));
	}

	@Test
	void aMemberThatLagsIsNotTakenForAnotherEpoch() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 7));
		Stream stream = this.fixture.connect(5);
		assertThat(stream.canceled).containsExactly(stream.id(0));
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		this.fixture.answerQuestion(8);
		assertThat(stream.starts).as("what was asked before says nothing").containsExactly(7L);
		this.fixture.answerQuestion(8);
		assertThat(stream.starts).containsExactly(7L, 7L);
		stream.created(1, 5);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(a.status().resyncs()).isEmpty();
		stream.events(1, false, put("a", "1", 7), put("a", "2", 8));
		assertThat(a.told).containsExactly("a@7=1", "a@8=2");
	}

	/** A proxy keeps its streams when the etcd behind it is set back. */
	@Test
	void aMemberThatLaggedOnceIsDoubtedAgainOnceItGoesBehindWhatItSaid() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 7));
		Stream stream = this.fixture.connect(5);
		this.fixture.answerQuestion(8);
		this.fixture.answerQuestion(8);
		stream.created(1, 6);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		Stamp lowerTerm = new Stamp(1, 8, 1);
		stream.listener.onEvents(lowerTerm, stream.id(1), List.of(put("a2", "other", 8)), false);
		assertThat(a.told).containsExactly("a1@7=1");
		this.fixture.answerQuestion(lowerTerm);
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
	}

	@Test
	void aLowerRevisionThatTheQuorumConfirmsIsAnotherEpoch(CapturedOutput output) {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6), put("a2", "1", 7));
		this.fixture.connect(5);
		this.fixture.answerQuestion(5);
		assertThat(this.fixture.transport.read().request.detail()).isEqualTo(Detail.ALL);
		a.told.clear();
		this.fixture.transport.read().answer(5, put("a1", "1", 4));
		assertThat(a.told).containsExactlyInAnyOrder("a1@4=1", "a2@5 deleted");
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
		assertThat(a.status().revision()).isEqualTo(5);
		assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("etcd was restored, or is another cluster", "'a*'", "revision 7");
	}

	@Test
	void theQuorumIsAskedUntilItAnswers() {
		this.fixture.follow("a", 7);
		this.fixture.connect(5);
		for (int i = 0; i < 3; i++) {
			int questions = this.fixture.transport.questions.size();
			this.fixture.transport.question().fail(Kind.TIMEOUT);
			this.fixture.pass(Duration.ofSeconds(1));
			assertThat(this.fixture.transport.questions).hasSizeGreaterThan(questions);
		}
	}

	@Test
	void whatWasWrittenAtThePositionHasToComeAgain() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 7));
		Stream stream = this.fixture.connect(9);
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.answerQuestion(7);
		assertThat(a.status().age()).as("not confirmed before it came").isEqualTo(Duration.ofSeconds(1));
		stream.events(0, false, put("a2", "1", 9));
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
		assertThat(a.told).containsExactly("a1@7=1");
	}

	@Test
	void progressBeforeWhatWasWrittenAtThePositionIsAnotherEpoch() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 7));
		Stream stream = this.fixture.connect(9);
		this.fixture.answerQuestion(7);
		stream.progress(9, true);
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
	}

	@Test
	void whatComesAgainIsNoNews() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 7));
		Stream stream = this.fixture.connect(9);
		stream.events(0, false, put("a1", "1", 7), put("a2", "1", 9));
		assertThat(a.told).containsExactly("a1@7=1", "a2@9=1");
		assertThat(a.status().resyncs()).isEmpty();
	}

	@Test
	void oneRangeThatFindsAnotherHistoryHasAllComparedByContent(CapturedOutput output) {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 7));
		Follower b = this.fixture.follow("b", 7, put("b", "1", 6));
		Stream stream = this.fixture.connect(9);
		stream.events(0, false, put("a", "other", 7));
		assertThat(a.status().resyncs()).containsExactly(Map.entry("epoch", 1L));
		assertThat(b.status().resyncs()).containsExactly(Map.entry("epoch", 1L));
		assertThat(output).containsOnlyOnce("etcd was restored, or is another cluster");
	}

	@Test
	void aKnownEventThatComesOtherwiseIsAnotherEpoch() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 7));
		Stream stream = this.fixture.connect(9);
		stream.events(0, false, put("a", "other", 7), put("a", "more", 9));
		assertThat(a.told).containsExactly("a@7=1");
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
		this.fixture.transport.read().answer(9, put("a", "more", 9));
		assertThat(a.told).containsExactly("a@7=1", "a@9=more");
	}

	@Test
	void farBehindIsReadAgainRatherThanCaughtUp() {
		Follower a = this.fixture.followConnected("a", 7);
		Stream stream = this.fixture.connect(50_008);
		assertThat(stream.canceled).containsExactly(stream.id(0));
		assertThat(a.status().resyncs()).containsOnlyKeys("behind");
		this.fixture.transport.read().answer(50_008);
		assertThat(stream.starts).containsExactly(7L, 50_008L);
	}

	@Test
	void fiftyThousandRevisionsAreCaughtUp() {
		Follower a = this.fixture.follow("a", 7);
		this.fixture.connect(50_007);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(a.status().resyncs()).isEmpty();
	}

	@Test
	void afterAnAbsenceARangeIsReadAgainRatherThanCaughtUpWithMoreThanThat() {
		Follower a = this.fixture.follow("a", 7);
		awayUntil(1_007);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(a.status().resyncs()).isEmpty();
		awayUntil(1_008);
		assertThat(a.status().resyncs()).as("not before the past is known").isEmpty();
		this.fixture.transport.read().answer(1_008);
		assertThat(a.status().resyncs()).containsOnlyKeys("behind");
		assertThat(a.status().reconnects()).isEqualTo(2);
		this.fixture.transport.read().answer(1_008);
		Stream stream = this.fixture.transport.stream();
		stream.created(1, 3_000);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(a.status().resyncs()).containsEntry("behind", 1L);
	}

	@Test
	void aRangeOfManyKeysCatchesUpWithAsManyRevisions() {
		Entry[] many = IntStream.range(0, 2_000).mapToObj((i) -> put("a/" + i, "", 1)).toArray(Entry[]::new);
		Arrays.sort(many, Comparator.comparing(Entry::key));
		Follower a = this.fixture.follow("a/", 7, many);
		awayUntil(2_007);
		assertThat(a.status().resyncs()).isEmpty();
		awayUntil(2_008);
		this.fixture.transport.read().answerCount(stamp(2_008), many.length);
		this.fixture.transport.read().answer(2_008, put("a/0", "", 1));
		assertThat(a.status().resyncs()).containsOnlyKeys("behind");
	}

	@Test
	void fragmentsAreForLargeValues() {
		this.fixture.follow("small", 7, put("small", "x".repeat(1_023), 7));
		this.fixture.follow("large", 7, put("large", "x".repeat(1_024), 7));
		assertThat(this.fixture.connect(7).fragments).containsExactly(false, true);
	}

	@Test
	void whatDoesNotArriveAtOnceComesInFragments() {
		this.fixture.follow("a", 7);
		awayUntil(7);
		assertThat(this.fixture.transport.stream().fragments).containsExactly(false);
		awayUntil(9);
		assertThat(this.fixture.transport.stream().fragments).containsExactly(false);
		awayUntil(9);
		Stream stream = this.fixture.transport.stream();
		assertThat(stream.fragments).containsExactly(true);
		stream.events(0, true, put("a", "1", 8), put("a", "2", 9));
		awayUntil(9);
		assertThat(this.fixture.transport.stream().fragments).containsExactly(false);
	}

	/** The connection is lost and restored. */
	private void awayUntil(long revision) {
		this.fixture.transport.stream().listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.connect(revision);
		this.fixture.loop.run();
	}

	@Test
	void lateEventsOfADroppedWatchAreIgnored() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		stream.canceled(0, Kind.COMPACTED);
		stream.events(0, false, put("a", "1", 8));
		assertThat(a.told).isEmpty();
	}

	@Test
	void aWatchThatFailsAfterWhatIsKnownIsAskedForLessAndLessOften() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 7));
		Stream stream = this.fixture.connect(9);
		for (int i = 0; i < 20; i++) {
			stream.listener.onEvents(stamp(9), stream.id(i), List.of(put("a", "1", 7)), false);
			stream.canceled(i, Kind.OTHER);
			assertThat(a.status().attempts()).isEqualTo(i + 1);
			this.fixture.pass(Duration.ofMillis(1_001));
			stream.created(i + 1, 9);
		}
		stream.events(20, false, put("a", "1", 7), put("a", "2", 9));
		stream.canceled(20, Kind.OTHER);
		assertThat(a.status().attempts()).isOne();
	}

	@Test
	void progressShowsThatAWatchDoesNotFail() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		stream.canceled(0, Kind.OTHER);
		this.fixture.pass(Duration.ofMillis(101));
		stream.created(1, 7);
		stream.listener.onProgress(stamp(7), stream.id(1), true);
		stream.canceled(1, Kind.OTHER);
		assertThat(a.status().attempts()).isOne();
	}

	@Test
	void aDeletionThatIsCompactedRightAtItsRevisionIsTold() {
		FeedFixture real = new FeedFixture();
		real.etcd.losesDeletionsAtCompaction();
		real.etcd.put("a", "1");
		Joined joined = real.join("a");
		real.settle();
		real.etcd.reachable(false, false);
		real.cut();
		real.etcd.delete("a");
		real.etcd.compact();
		real.etcd.reachable(true, false);
		real.seconds(5);
		joined.mirror().assertConverged();
		assertThat(joined.mirror().entries()).isEmpty();
	}

	@Test
	void anOutageDuringTheFirstReadDelaysIt() {
		FeedFixture real = new FeedFixture();
		real.etcd.put("a", "1");
		real.etcd.reachable(false, false);
		Joined joined = real.join("a");
		real.seconds(60);
		assertThat(joined.status().attempts()).isPositive();
		real.etcd.put("a", "2");
		real.etcd.reachable(true, false);
		real.seconds(3);
		joined.mirror().assertConverged();
		assertThat(joined.status().attempts()).isZero();
	}

	@Test
	void whatHappenedBetweenReadAndWatchIsTold() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = this.fixture.connect(9);
		stream.events(0, false, put("a", "2", 8), deleted("a", 9));
		assertThat(a.told).containsExactly("a@6=1", "a@8=2", "a@9 deleted");
	}

	@Test
	void anEventOutsideOfTheRangeIsAFailureOfTheWatch(CapturedOutput output) {
		Follower a = this.fixture.follow("a*", 7);
		Stream stream = this.fixture.connect(7);
		stream.events(0, false, put("a1", "1", 8), put("b", "1", 9));
		assertThat(a.told).isEmpty();
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		assertThat(stream.canceled).containsExactly(stream.id(0));
		this.fixture.pass(Duration.ofMillis(101));
		assertThat(stream.starts).containsExactly(7L, 7L);
		stream.created(1, 9);
		stream.events(1, false, put("a1", "1", 8));
		assertThat(a.told).containsExactly("a1@8=1");
		assertThat(output).containsOnlyOnce("outside of the range");
	}

	@Test
	void aClusterThatIsAnotherOneWithEachAnswerIsAskedLessAndLessOften(CapturedOutput output) {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		long cluster = 1_000_000;
		int answered = this.fixture.transport.reads.size();
		int created = stream.creates.size();
		stream.listener.onProgress(new Stamp(++cluster, 7, 2), -1, true);
		for (int i = 0; i < 6_000; i++) {
			for (; answered < this.fixture.transport.reads.size(); answered++) {
				Read read = this.fixture.transport.reads.get(answered);
				if (!read.canceled) {
					read.answer(new Stamp(++cluster, 7, 2), false);
				}
			}
			if (!this.fixture.transport.question().answered) {
				this.fixture.answerQuestion(new Stamp(++cluster, 7, 2));
			}
			for (; created < stream.creates.size(); created++) {
				stream.listener.onCreated(new Stamp(++cluster, 7, 2), stream.creates.get(created));
			}
			this.fixture.pass(Duration.ofMillis(10));
		}
		assertThat(this.fixture.transport.reads).as("reads in a minute").hasSizeBetween(30, 400);
		assertThat(output).containsOnlyOnce("etcd was restored, or is another cluster")
			.containsOnlyOnce("is read again and again without an event in between: epoch");
		assertThat(a.told).isEmpty();
	}

	@Test
	void aRangeThatIsCompactedAgainAndAgainIsReadLessAndLessOften(CapturedOutput output) {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		stream.canceled(0, Kind.COMPACTED);
		assertThat(this.fixture.transport.reads).as("the first one at once").hasSize(2);
		for (int i = 0; i < 20; i++) {
			this.fixture.transport.read().answer(8 + i);
			stream.created(i + 1, 8 + i);
			int reads = this.fixture.transport.reads.size();
			stream.canceled(i + 1, Kind.COMPACTED);
			assertThat(this.fixture.transport.reads).hasSize(reads);
			this.fixture.pass(Duration.ofMillis(1_001));
			assertThat(this.fixture.transport.reads).hasSize(reads + 1);
		}
		assertThat(output).containsOnlyOnce("Range 'a' is read again and again without an event in between: compacted");
		this.fixture.transport.read().answer(30);
		stream.created(21, 30);
		stream.events(21, false, put("a", "1", 31));
		int reads = this.fixture.transport.reads.size();
		stream.canceled(21, Kind.COMPACTED);
		assertThat(this.fixture.transport.reads).as("after an event").hasSize(reads + 1);
		assertThat(a.told).containsExactly("a@31=1");
	}

	@Test
	void aRevisionIsNamedOnceItIsDelivered() {
		List<EtcdFreshness> before = new ArrayList<>();
		Follower a = this.fixture.join("a");
		Feeds.Membership membership = this.fixture.feeds.join(KeyRange.key("a"), new Follower() {

			@Override
			public void onChanges(List<Change> changes, long revision) {
				before.add(a.status().freshness());
			}

		});
		this.fixture.loop.run();
		this.fixture.beConnected();
		this.fixture.transport.read().answer(7, put("a", "1", 6));
		this.fixture.loop.run();
		Stream stream = this.fixture.connect(7);
		stream.events(0, false, put("a", "2", 8));
		this.fixture.pass(Duration.ofSeconds(1));
		stream.canceled(0, Kind.COMPACTED);
		this.fixture.transport.read().answer(9, put("a", "3", 9));
		assertThat(before).extracting(EtcdFreshness::revision).containsExactly(7L, 8L);
		assertThat(before.get(1).age()).as("not that of what is read").isEqualTo(Duration.ofSeconds(1));
		assertThat(a.status().freshness().revision()).isEqualTo(9);
		assertThat(a.status().age()).isZero();
		membership.leave();
	}

	@Test
	void aLastingReasonIsLoggedEvenIfAnOutageCameFirst(CapturedOutput output) {
		this.fixture.join("a");
		this.fixture.transport.read().fail(Kind.UNAVAILABLE);
		for (int i = 0; i < 3; i++) {
			this.fixture.pass(Duration.ofSeconds(31));
			this.fixture.transport.read().fail(Kind.PERMISSION_DENIED);
			this.fixture.pass(Duration.ofSeconds(31));
			this.fixture.transport.read().fail(Kind.OTHER);
		}
		assertThat(output).containsOnlyOnce("Cannot watch 'a': PERMISSION_DENIED; retrying")
			.containsOnlyOnce("Cannot watch 'a': OTHER; retrying");
	}

}

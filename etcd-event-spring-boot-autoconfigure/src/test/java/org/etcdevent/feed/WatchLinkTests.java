package org.etcdevent.feed;

import java.time.Duration;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.feed.Failure.Kind;
import org.etcdevent.feed.ScriptedFixture.Follower;
import org.etcdevent.feed.ScriptedTransport.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.feed.Entries.put;

class WatchLinkTests {

	private final ScriptedFixture fixture = new ScriptedFixture();

	@Test
	void aWatchStartsAtThePosition() {
		this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(9);
		assertThat(stream.starts).containsExactly(7L);
		assertThat(stream.ranges).containsExactly(KeyRange.key("a"));
	}

	@Test
	void theRevisionOfCreatedIsNotThePosition() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(9);
		assertThat(a.status().revision()).isEqualTo(7);
		stream.listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		assertThat(this.fixture.connect(9).starts).containsExactly(7L);
	}

	@Test
	void aRefusalIsThatOfTheOldestCreate() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Follower c = this.fixture.follow("c", 7);
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		stream.created(0, 7);
		stream.refused(Kind.PERMISSION_DENIED);
		stream.created(2, 7);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(b.status().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		assertThat(b.status().lastError()).isEqualTo("PERMISSION_DENIED");
		assertThat(c.status().state()).isEqualTo(EtcdWatchState.LIVE);
	}

	@Test
	void aRefusalCountsForAWatchThatWasDroppedMeanwhile() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		a.leave();
		this.fixture.loop.run();
		assertThat(stream.canceled).containsExactly(stream.id(0));
		stream.refused(Kind.PERMISSION_DENIED);
		stream.created(1, 7);
		assertThat(b.status().state()).isEqualTo(EtcdWatchState.LIVE);
	}

	@Test
	void aMissingPermissionConcernsItsRangeAlone() {
		this.fixture.follow("a", 7);
		this.fixture.follow("b", 7);
		Stream stream = this.fixture.connect(7);
		stream.canceled(1, Kind.PERMISSION_DENIED);
		assertThat(stream.closed).isFalse();
		this.fixture.pass(Duration.ofMillis(600));
		assertThat(stream.ranges).containsExactly(KeyRange.key("a"), KeyRange.key("b"), KeyRange.key("b"));
		assertThat(stream.creates).doesNotHaveDuplicates();
	}

	@Test
	void aBadTokenReplacesTheStreamOfAll() {
		this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		stream.refused(Kind.UNAUTHENTICATED);
		assertThat(stream.closed).isTrue();
		assertThat(b.status().attempts()).isOne();
		this.fixture.pass(Duration.ofSeconds(1));
		assertThat(this.fixture.connect(7).creates).hasSize(2);
		assertThat(b.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(b.status().attempts()).isZero();
	}

	@Test
	void progressThatWasAskedForConfirmsOnlyTheWatchesOfTheRequest() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		assertThat(stream.progressRequests).isOne();
		Follower b = this.fixture.follow("b", 7);
		stream.created(1, 7);
		stream.progress(9, true);
		assertThat(a.status().revision()).isEqualTo(9);
		assertThat(b.status().revision()).isEqualTo(7);
	}

	@Test
	void progressThatWasAskedForTwiceMayBeTheAnswerToTheFirstRequest() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		Follower b = this.fixture.follow("b", 7);
		stream.created(1, 7);
		this.fixture.pass(Duration.ofSeconds(4));
		assertThat(stream.progressRequests).isEqualTo(2);
		stream.progress(9, true);
		assertThat(a.status().revision()).isEqualTo(9);
		assertThat(b.status().revision()).isEqualTo(7);
		this.fixture.pass(Duration.ofSeconds(1));
		assertThat(stream.progressRequests).isEqualTo(3);
		stream.progress(9, true);
		assertThat(b.status().revision()).isEqualTo(9);
	}

	@Test
	void anAnswerThatNobodyAskedForIsASignOfLifeAndNoMore() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		stream.progress(8, true);
		stream.progress(9, true);
		assertThat(a.status().revision()).isEqualTo(8);
	}

	@Test
	void progressThatMayOvertakeEventsDoesNotMoveThePosition() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		stream.progress(9, false);
		assertThat(a.status().revision()).isEqualTo(7);
		stream.events(0, false, put("a", "1", 8));
		assertThat(a.told).containsExactly("a@8=1");
	}

	@Test
	void progressBetweenFragmentsDoesNotMoveThePosition() {
		Follower a = this.fixture.follow("a*", 7);
		Stream stream = this.fixture.connect(7);
		stream.events(0, true, put("a1", "1", 8));
		stream.listener.onProgress(ScriptedTransport.stamp(8), stream.id(0), true);
		assertThat(a.status().revision()).isEqualTo(7);
		stream.events(0, false, put("a2", "1", 8));
		assertThat(a.told).containsExactly("a1@8=1", "a2@8=1");
	}

	@Test
	void periodicProgressMovesItsOwnWatchOnly() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = this.fixture.connect(7);
		stream.listener.onProgress(ScriptedTransport.stamp(9), stream.id(1), true);
		assertThat(a.status().revision()).isEqualTo(7);
		assertThat(b.status().revision()).isEqualTo(9);
		assertThat(b.revisions).containsExactly(7L, 9L);
	}

	@Test
	void anAttemptThatDoesNotConnectIsReplacedAfterTwoSeconds() {
		this.fixture.follow("a", 7);
		Stream stream = this.fixture.transport.stream();
		this.fixture.pass(Duration.ofMillis(1_999));
		assertThat(stream.closed).isFalse();
		this.fixture.pass(Duration.ofMillis(200));
		assertThat(stream.closed).isTrue();
		assertThat(this.fixture.transport.streams).hasSize(2);
	}

	@Test
	void aStreamThatNeverAnswersACreateIsReplaced() {
		this.fixture.follow("a", 7);
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		this.fixture.pass(Duration.ofSeconds(1));
		assertThat(stream.closed).isFalse();
		this.fixture.pass(Duration.ofSeconds(2));
		assertThat(stream.closed).isTrue();
	}

	@Test
	void aLaterCreateHasFiveSecondsToBeAnswered() {
		this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.follow("b", 7);
		this.fixture.pass(Duration.ofSeconds(4));
		stream.progress(7, true);
		assertThat(stream.closed).isFalse();
		this.fixture.pass(Duration.ofSeconds(2));
		assertThat(stream.closed).isTrue();
	}

	@Test
	void aSilentStreamIsStaleAndReplacedWithinTheLivenessTimeout() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(9));
		assertThat(stream.closed).isFalse();
		this.fixture.pass(Duration.ofSeconds(2));
		assertThat(stream.closed).isTrue();
		assertThat(a.states).containsSubsequence(EtcdWatchState.LIVE, EtcdWatchState.STALE,
				EtcdWatchState.RECONNECTING);
	}

	@Test
	void silenceIsBrokenByAskingForProgress() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		for (int i = 0; i < 20; i++) {
			stream.progress(7, true);
			this.fixture.pass(Duration.ofSeconds(4));
		}
		assertThat(stream.closed).isFalse();
		assertThat(stream.progressRequests).isBetween(15, 25);
		assertThat(stream.counts).isEmpty();
		assertThat(a.status().age()).isLessThanOrEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void aServerThatAnswersNoProgressIsAskedForACount() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(8));
		assertThat(stream.counts).hasSize(1);
		stream.counts.get(0).answerCount(ScriptedTransport.stamp(7), 1);
		assertThat(a.status().age()).isZero();
		this.fixture.pass(Duration.ofSeconds(8));
		assertThat(stream.closed).isFalse();
		stream.counts.get(stream.counts.size() - 1).answerCount(ScriptedTransport.stamp(7), 2);
		assertThat(a.status().age()).isPositive();
	}

	@Test
	void theLastWhoLeavesClosesTheStreamAndItsTimer() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		a.leave();
		this.fixture.loop.run();
		assertThat(stream.closed).isTrue();
		assertThat(this.fixture.loop.waiting()).isZero();
		this.fixture.follow("b", 7);
		assertThat(this.fixture.connect(7).ranges).containsExactly(KeyRange.key("b"));
	}

}

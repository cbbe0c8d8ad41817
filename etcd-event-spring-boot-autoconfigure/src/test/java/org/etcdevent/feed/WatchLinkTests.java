package org.etcdevent.feed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.feed.ScriptedFixture.Follower;
import org.etcdevent.feed.ScriptedTransport.Read;
import org.etcdevent.feed.ScriptedTransport.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.feed.Entries.put;
import static org.etcdevent.feed.ScriptedTransport.stamp;

@ExtendWith(OutputCaptureExtension.class)
class WatchLinkTests {

	private final ScriptedFixture fixture = new ScriptedFixture();

	@Test
	void theFirstWarningDoesNotSayThatWhatIsNotKnownIsServed(CapturedOutput output) {
		this.fixture.join("a");
		this.fixture.transport.stream().listener.onClosed(new Failure(Kind.UNAVAILABLE, "refused"));
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("No connection to etcd at ", "; trying all endpoints: refused")
			.doesNotContain("last known");
	}

	@Test
	void aLostConnectionIsOneWarningThatSaysWhatIsServed(CapturedOutput output) {
		this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		stream.listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.transport.stream().listener.onClosed(new Failure(Kind.UNAVAILABLE, "refused"));
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("Lost the connection to etcd at ",
					"; trying all endpoints, the last known state is served meanwhile: cut");
	}

	@Test
	void aMissingUserIsOneWarningForAllRanges(CapturedOutput output) {
		this.fixture.join("a");
		this.fixture.transport.read().fail(Kind.UNAUTHENTICATED);
		assertThat(warnings(output)).isEmpty();
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.transport.read().fail(Kind.UNAUTHENTICATED);
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.transport.read().fail(Kind.UNAUTHENTICATED);
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("etcd refuses to answer; retrying: UNAUTHENTICATED");
		this.fixture.pass(Duration.ofSeconds(2));
		this.fixture.transport.read().answer(7);
		this.fixture.connect(7);
		assertThat(output).containsOnlyOnce("The connection to etcd is restored");
	}

	private static List<String> warnings(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> line.contains("WARN")).toList();
	}

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
		stream.refused(Kind.PERMISSION_DENIED);
		stream.created(1, 7);
		assertThat(b.status().state()).isEqualTo(EtcdWatchState.LIVE);
	}

	@Test
	void aWatchThatWasDroppedBeforeItsAnswerIsCanceledWithIt() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		a.leave();
		this.fixture.loop.run();
		assertThat(stream.canceled).isEmpty();
		stream.created(0, 7);
		assertThat(stream.canceled).containsExactly(stream.id(0));
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
		stream.listener.onProgress(stamp(8), stream.id(0), true);
		assertThat(a.status().revision()).isEqualTo(7);
		stream.events(0, false, put("a2", "1", 8));
		assertThat(a.told).containsExactly("a1@8=1", "a2@8=1");
	}

	@Test
	void periodicProgressMovesItsOwnWatchOnly() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = this.fixture.connect(7);
		stream.listener.onProgress(stamp(9), stream.id(1), true);
		assertThat(a.status().revision()).isEqualTo(7);
		assertThat(b.status().revision()).isEqualTo(9);
		assertThat(b.revisions).containsExactly(7L, 9L);
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
	void anEtcdThatAlwaysTakesSixSecondsToCreateAWatchIsWaitedForInTheEnd() {
		Follower a = this.fixture.follow("a", 7);
		for (int attempt = 1; a.status().state() != EtcdWatchState.LIVE; attempt++) {
			assertThat(attempt).isLessThanOrEqualTo(3);
			Stream stream = this.fixture.transport.stream();
			stream.listener.onConnected();
			this.fixture.pass(Duration.ofSeconds(6));
			if (!stream.closed) {
				stream.created(0, 7);
				// The first one was sent when the connection was made.
				this.fixture.answerQuestion(7);
				this.fixture.answerQuestion(7);
			}
		}
		this.fixture.transport.stream().listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		Stream next = this.fixture.transport.stream();
		next.listener.onConnected();
		this.fixture.pass(Duration.ofSeconds(6));
		assertThat(next.closed).as("it is known to be slow").isFalse();
	}

	@Test
	void isNotPatientForGoodAfterOneSlowAnswer() {
		this.fixture.follow("a", 7);
		for (int i = 0; i < 5; i++) {
			this.fixture.transport.stream().listener.onConnected();
			this.fixture.pass(Duration.ofSeconds(40));
		}
		this.fixture.connect(7).listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		Stream next = this.fixture.transport.stream();
		next.listener.onConnected();
		this.fixture.pass(Duration.ofSeconds(4));
		assertThat(next.closed).isTrue();
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
	void aMessageThatIsLongOnItsWayIsNoSilence() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(9);
		Follower b = this.fixture.follow("b", 9);
		for (int i = 0; i < 10; i++) {
			stream.listener.onArriving();
			this.fixture.pass(Duration.ofSeconds(6));
		}
		assertThat(stream.closed).isFalse();
		assertThat(this.fixture.transport.confirmations).isEmpty();
		stream.events(0, false, put("a", "1", 9));
		stream.created(1, 9);
		assertThat(a.told).containsExactly("a@9=1");
		assertThat(b.status().resyncs()).isEmpty();
		stream.listener.onArriving();
		this.fixture.pass(Duration.ofSeconds(12));
		assertThat(stream.closed).isTrue();
	}

	@Test
	void aReadProvesNothingWhileAMessageIsOnItsWay() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(8));
		stream.listener.onArriving();
		this.fixture.transport.confirmations.get(0).answerCount(stamp(9), 1, List.of(put("a", "", 9)));
		assertThat(a.status().resyncs()).isEmpty();
		this.fixture.pass(Duration.ofSeconds(8));
		assertThat(this.fixture.transport.confirmations).hasSize(1);
	}

	@Test
	void everyThirdOfTheTimeoutTheQuorumIsAskedAndThenProgress() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		for (int i = 0; i < 20; i++) {
			this.fixture.confirm(7);
			this.fixture.pass(Duration.ofSeconds(3));
			assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		}
		assertThat(stream.closed).isFalse();
		assertThat(this.fixture.transport.questions).hasSizeBetween(20, 25);
		assertThat(stream.progressRequests).isBetween(20, 25);
		assertThat(this.fixture.transport.confirmations).isEmpty();
		assertThat(a.status().age()).isLessThanOrEqualTo(Duration.ofSeconds(3));
	}

	@Test
	void aRangeIsAsOldAsTheQuestionWhoseAnswerItHasReached() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.answerQuestion(9);
		assertThat(a.status().age()).as("9 is not known").isEqualTo(Duration.ofSeconds(1));
		this.fixture.pass(Duration.ofSeconds(1));
		stream.events(0, false, put("a", "1", 8));
		assertThat(a.status().age()).isEqualTo(Duration.ofSeconds(2));
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.answerQuestion(12);
		stream.events(0, false, put("a", "1", 10));
		assertThat(a.status().age()).as("asked when the stream was connected").isEqualTo(Duration.ofSeconds(3));
		stream.events(0, false, put("a", "1", 12));
		assertThat(a.status().age()).isZero();
	}

	@Test
	void aMemberThatIsLeftBehindIsReplacedWithinTheLivenessTimeoutAndNotRestored(CapturedOutput output) {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.confirm(7);
		stream.progress(7, true);
		for (int i = 0; i < 9; i++) {
			this.fixture.pass(Duration.ofSeconds(1));
			this.fixture.answerQuestion(9);
			stream.progress(8, true);
			assertThat(stream.closed).isFalse();
		}
		this.fixture.pass(Duration.ofSeconds(1));
		assertThat(stream.closed).isTrue();
		assertThat(a.states).containsSubsequence(EtcdWatchState.LIVE, EtcdWatchState.STALE,
				EtcdWatchState.RECONNECTING);
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("the member is behind the others, and did not catch up within 10.0 s");
		this.fixture.pass(Duration.ofSeconds(1));
		Stream next = this.fixture.connect(8);
		this.fixture.answerQuestion(9);
		next.progress(8, true);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		assertThat(output).doesNotContain("is restored");
		next.progress(9, true);
		this.fixture.pass(Duration.ofSeconds(3));
		this.fixture.confirm(9);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(output).containsOnlyOnce("The connection to etcd is restored");
	}

	@Test
	void aMemberThatCatchesUpIsWaitedFor() {
		this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.confirm(7);
		for (long lacking = 1 << 20; lacking > 1; lacking /= 2) {
			this.fixture.pass(Duration.ofSeconds(3));
			this.fixture.answerQuestion(1 << 30);
			stream.progress((1 << 30) - lacking, true);
		}
		assertThat(stream.closed).isFalse();
	}

	@Test
	void aRangeThatMayNotBeReadIsReportedAndTheQuorumAskedForAnother() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		this.fixture.connect(7);
		assertThat(this.fixture.transport.question().request.start()).isEqualTo(bytes("a"));
		this.fixture.transport.question().fail(Kind.PERMISSION_DENIED);
		assertThat(this.fixture.transport.question().request.start()).isEqualTo(bytes("b"));
		this.fixture.answerQuestion(7);
		assertThat(a.status().lastError()).isEqualTo("PERMISSION_DENIED");
		assertThat(a.status().failing()).isEqualTo(Kind.PERMISSION_DENIED);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(b.status().failing()).isNull();
		for (int i = 0; i < 12; i++) {
			this.fixture.pass(Duration.ofSeconds(3));
			this.fixture.confirm(7);
		}
		assertThat(a.status().failing()).as("after half a minute it was asked for again").isNull();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void aStandstillOfTheProcessIsNoSilence() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(5));
		this.fixture.loop.freeze(Duration.ofSeconds(30));
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.STALE);
		this.fixture.pass(Duration.ofSeconds(2));
		assertThat(stream.closed).isFalse();
		this.fixture.pass(Duration.ofSeconds(2));
		assertThat(stream.closed).isTrue();
	}

	@Test
	void aSignOfLifeIsReadOnTheStreamWhereProgressIsNotAnswered() {
		this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		for (int i = 0; i < 20; i++) {
			this.fixture.pass(Duration.ofSeconds(2));
			this.fixture.answerQuestion(7);
			stream.pings.stream().filter((ping) -> !ping.answered).forEach((ping) -> ping.answer(7));
		}
		assertThat(stream.closed).isFalse();
		this.fixture.pass(Duration.ofSeconds(11));
		assertThat(stream.closed).isTrue();
	}

	@Test
	void aStatusThatCannotBeOfTheHistoryThatIsKnownIsAnotherHistory(CapturedOutput output) {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = this.fixture.connect(7);
		status(stream, 7, 12, 12);
		stream.pings.get(1).answer(new Stamp(1, 5, 7, 2), false);
		stream.listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		status(this.fixture.connect(9), 9, 14, 14);
		assertThat(a.status().resyncs()).isEmpty();
		this.fixture.transport.stream().listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(2));
		status(this.fixture.connect(10), 10, 14, 14);
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
		assertThat(b.status().resyncs()).containsOnlyKeys("epoch");
		assertThat(warnings(output)).filteredOn((line) -> line.contains("etcd was restored")).hasSize(1);
	}

	/** A member that has answered a read says where it is. */
	private static void status(Stream stream, long revision, long committed, long applied) {
		stream.pings.get(0).answer(new Stamp(1, 5, revision, 2), false);
		assertThat(stream.statusRequests).isOne();
		stream.listener.onStatus(new MemberStatus(new Stamp(1, 5, revision, 2), committed, applied));
	}

	@Test
	void aServerThatAnswersNoProgressIsAskedWhatWasWrittenLast() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(8));
		assertThat(this.fixture.transport.confirmations).hasSize(1);
		this.fixture.transport.confirmations.get(0).answerCount(stamp(9), 1, List.of(put("a", "", 6)));
		assertThat(a.status().age()).as("it was asked after 5 s").isEqualTo(Duration.ofSeconds(3));
		assertThat(a.status().revision()).isEqualTo(9);
		stream.pings.get(1).answer(9);
		this.fixture.pass(Duration.ofSeconds(8));
		assertThat(stream.closed).isFalse();
		assertThat(this.fixture.transport.confirmations).hasSizeGreaterThan(1);
	}

	@ParameterizedTest
	@CsvSource({ "7, 2, 6", "8, 1, 8", "6, 1, 6" })
	void anAnswerThatDoesNotProveTheViewConfirmsNothing(long revision, long count, long newest) {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(8));
		Duration age = a.status().age();
		this.fixture.transport.confirmations.get(0).answerCount(stamp(revision), count, List.of(put("a", "", newest)));
		assertThat(a.status().age()).isEqualTo(age).isPositive();
	}

	@Test
	void anEqualCountOfALargeRangeProvesItOnlyWhereNothingWasWritten() {
		Entry[] many = IntStream.range(0, 100_001)
			.mapToObj((i) -> put(String.format("a%06d", i), "1", 6))
			.toArray(Entry[]::new);
		Follower a = this.fixture.follow("a*", 7, many);
		this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(5));
		Read first = this.fixture.transport.confirmations.get(0);
		assertThat(first.request.detail()).isEqualTo(Detail.COUNT);
		first.answerCount(stamp(8), many.length, List.of());
		assertThat(a.status().age()).isEqualTo(Duration.ofSeconds(5));
		this.fixture.pass(Duration.ofSeconds(4));
		this.fixture.transport.confirmations.get(1).answerCount(stamp(7), many.length, List.of());
		assertThat(a.status().age()).isZero();
	}

	@Test
	void noRangeKeepsAnotherFromBeingConfirmed() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Follower b = this.fixture.follow("b", 7, put("b", "1", 6));
		this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(5));
		this.fixture.transport.confirmations.get(0).answerCount(stamp(8), 1, List.of(put("a", "", 8)));
		this.fixture.transport.confirmations.get(1).answerCount(stamp(8), 1, List.of(put("b", "", 6)));
		assertThat(a.status().age()).isPositive();
		assertThat(b.status().age()).isZero();
		assertThat(this.fixture.transport.confirmations).hasSize(2);
	}

	@Test
	void progressThatMayOvertakeEventsConfirmsNothingThatIsLater() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.answerQuestion(9);
		stream.progress(9, false);
		assertThat(a.status().revision()).isEqualTo(7);
		assertThat(a.status().age()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void eventsConfirmTheViewOnlyIfAQuorumHadNoLaterOnes() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.answerQuestion(7);
		this.fixture.pass(Duration.ofSeconds(3));
		this.fixture.answerQuestion(20);
		stream.listener.onEvents(stamp(20), stream.id(0), List.of(put("a", "1", 8)), false);
		assertThat(a.status().age()).isEqualTo(Duration.ofSeconds(3));
		stream.listener.onEvents(stamp(20), stream.id(0), List.of(put("a", "2", 20)), false);
		assertThat(a.status().age()).isZero();
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

	/** What answers and hangs up would be connected to as fast as it can be. */
	@Test
	void aConnectionThatBreaksRightAfterItsFirstAnswerIsMadeLessAndLessOften() {
		Follower a = this.fixture.follow("a", 7);
		Duration begin = Duration.ofNanos(this.fixture.loop.nanoTime());
		for (int i = 0; i < 60; i++) {
			int streams = this.fixture.transport.streams.size();
			this.fixture.connect(7);
			this.fixture.transport.stream().progress(7, true);
			this.fixture.transport.stream().listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
			this.fixture.loop.runUntil(() -> this.fixture.transport.streams.size() > streams, Duration.ofSeconds(1));
		}
		Duration took = Duration.ofNanos(this.fixture.loop.nanoTime()).minus(begin);
		assertThat(took).as("for 60 connections").isGreaterThan(Duration.ofSeconds(20));
		this.fixture.connect(7);
		this.fixture.pass(Duration.ofSeconds(3));
		this.fixture.transport.stream().listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		int streams = this.fixture.transport.streams.size();
		this.fixture.pass(Duration.ofMillis(101));
		assertThat(this.fixture.transport.streams).as("after a life").hasSize(streams + 1);
		assertThat(a.told).isEmpty();
	}

}

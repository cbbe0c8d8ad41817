package org.etcdevent.feed;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.feed.ScriptedFixture.Follower;
import org.etcdevent.feed.ScriptedTransport.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.feed.Entries.put;
import static org.etcdevent.feed.ScriptedTransport.stamp;

/**
 * Tests of {@link StreamWatches}, and of what a proxy does to those who follow etcd
 * through it.
 */
class StreamWatchesTests {

	private final ScriptedFixture fixture = new ScriptedFixture();

	@Test
	void aMemberIsAskedForAllOnceItsFirstAnswerShowsThatItTakesTheIds() {
		this.fixture.follow("a", 7);
		this.fixture.follow("b", 7);
		this.fixture.follow("c", 7);
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		assertThat(stream.creates).hasSize(1);
		stream.created(0, 7);
		assertThat(stream.creates).hasSize(3);
	}

	@Test
	void theIdsOfAProxyAreTaken() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = proxied();
		assertThat(stream.ranges).containsExactly(KeyRange.key("a"), KeyRange.key("b"));
		stream.listener.onCreated(stamp(7), 1);
		stream.listener.onEvents(stamp(8), 0, List.of(put("a", "1", 8)), false);
		stream.listener.onEvents(stamp(9), 1, List.of(put("b", "1", 9)), false);
		stream.listener.onProgress(stamp(12), 1, true);
		assertThat(a.told).containsExactly("a@8=1");
		assertThat(b.told).containsExactly("b@9=1");
		assertThat(a.status().revision()).isEqualTo(8);
		assertThat(b.status().revision()).isEqualTo(12);
		a.leave();
		this.fixture.loop.run();
		assertThat(stream.canceled).containsExactly(0L);
	}

	@Test
	void aProxyIsAskedForOneWatchAtATimeSoThatARefusalIsPlain() {
		Follower a = this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Follower c = this.fixture.follow("c", 7);
		Stream stream = proxied();
		assertThat(stream.creates).hasSize(2);
		stream.refused(Kind.PERMISSION_DENIED);
		assertThat(stream.creates).hasSize(3);
		stream.listener.onCreated(stamp(7), 1);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(b.status().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		assertThat(c.status().state()).isEqualTo(EtcdWatchState.LIVE);
	}

	@Test
	void theEndOfAWatchIsNotTakenForThatOfOneThatIsAskedFor() {
		this.fixture.follow("a", 7);
		Follower b = this.fixture.follow("b", 7);
		Stream stream = proxied();
		stream.listener.onCanceled(stamp(7), stream.id(1), new Failure(Kind.OTHER, "canceled"));
		stream.listener.onCreated(stamp(7), 1);
		assertThat(b.status().state()).isEqualTo(EtcdWatchState.LIVE);
	}

	@Test
	void aWatchThatAProxyEndedIsCanceledSoThatNoOtherIsMergedWithIt() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = proxied();
		stream.listener.onCanceled(stamp(0), 0, new Failure(Kind.COMPACTED, "compacted"));
		assertThat(stream.canceled).containsExactly(0L);
		assertThat(a.status().resyncs()).containsOnlyKeys("compacted");
		this.fixture.transport.read().answer(9);
		stream.listener.onCreated(stamp(9), 1);
		stream.listener.onCanceled(stamp(9), 0, new Failure(Kind.OTHER, "canceled"));
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
	}

	@Test
	void aProxyIsAskedForNoProgressAndEveryThirdOfTheTimeoutWhatWasWrittenLast() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = proxied();
		for (int i = 0; i < 10; i++) {
			this.fixture.pass(Duration.ofSeconds(4));
			assertThat(this.fixture.transport.confirmations).hasSize(i + 1);
			this.fixture.transport.confirmations.get(i).answerCount(stamp(9 + i), 1, List.of(put("a", "", 6)));
			alive();
			assertThat(a.status().age()).isZero();
		}
		assertThat(stream.progressRequests).isZero();
		assertThat(stream.closed).isFalse();
	}

	@Test
	void anAnswerThatAProxyGivesByItselfIsNotTakenForThatOfAnotherCluster() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		stream.listener.onCreated(new Stamp(0, 7, 0), 0);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(this.fixture.transport.reads).hasSize(1);
	}

	@Test
	void moreThanAProxyTakesInOnePartIsReadAgainAfterAnAbsence() {
		Follower a = this.fixture.follow("a", 7);
		proxied().listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.transport.stream().listener.onConnected();
		this.fixture.transport.stream().listener.onCreated(stamp(1_008), 0);
		this.fixture.loop.run();
		this.fixture.transport.read().answer(1_008);
		assertThat(a.status().resyncs()).containsOnlyKeys("behind");
		this.fixture.transport.read().answer(1_008);
		this.fixture.transport.stream().listener.onCreated(stamp(3_000), 1);
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(a.status().resyncs()).containsEntry("behind", 1L);
	}

	@Test
	void eventsOfAnEtcdThatWasSetBackAreNotTakenInUntilTheQuorumHasSpoken() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = proxied();
		stream.listener.onEvents(new Stamp(1, 8, 1), 0, List.of(put("a", "1", 8)), false);
		assertThat(a.told).isEmpty();
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.RECONNECTING);
		this.fixture.answerQuestion(new Stamp(1, 9, 1));
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
		this.fixture.transport.read().answer(new Stamp(1, 9, 1), false, put("a", "2", 5));
		assertThat(a.told).containsExactly("a@5=2");
	}

	@Test
	void progressOfAnEtcdThatWasSetBackConfirmsNothing() {
		Follower a = this.fixture.follow("a", 7);
		Stream stream = proxied();
		stream.listener.onProgress(new Stamp(2, 8, 2), 0, true);
		assertThat(a.status().revision()).isEqualTo(7);
		this.fixture.answerQuestion(new Stamp(2, 8, 2));
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
	}

	@Test
	void aReadThatEventsOvertakeShowsNothing() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = proxied();
		this.fixture.pass(Duration.ofSeconds(4));
		stream.listener.onEvents(stamp(9), 0, List.of(put("a", "2", 9)), false);
		this.fixture.transport.confirmations.get(0).answerCount(stamp(8), 1, List.of(put("a", "", 6)));
		assertThat(a.status().resyncs()).isEmpty();
		assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
	}

	@Test
	void aWatchThatDoesNotTellForTheLivenessTimeoutWhatTheRangeHasIsDead() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = proxied();
		for (int i = 0; i < 4; i++) {
			assertThat(a.status().resyncs()).isEmpty();
			this.fixture.pass(Duration.ofSeconds(4));
			this.fixture.transport.confirmations.get(i).answerCount(stamp(9), 1, List.of(put("a", "", 9)));
			alive();
		}
		assertThat(a.status().resyncs()).containsOnlyKeys("silent");
		assertThat(stream.canceled).containsExactly(0L);
		this.fixture.transport.read().answer(9, put("a", "2", 9));
		assertThat(a.told).containsExactly("a@6=1", "a@9=2");
	}

	@Test
	void aWatchThatGoesOnIsNotDead() {
		Follower a = this.fixture.follow("a", 7, put("a", "1", 6));
		Stream stream = proxied();
		for (int i = 0; i < 10; i++) {
			this.fixture.pass(Duration.ofSeconds(4));
			this.fixture.transport.confirmations.get(i).answerCount(stamp(20 + i), 1, List.of(put("a", "", 20 + i)));
			stream.listener.onEvents(stamp(20 + i), 0, List.of(put("a", "late", 8 + i)), false);
		}
		assertThat(a.status().resyncs()).isEmpty();
	}

	@Test
	void aLargeRangeThatNothingProvesIsReadAgainAfterAWhile() {
		Entry[] many = IntStream.range(0, 100_001)
			.mapToObj((i) -> put(String.format("a%06d", i), "1", 6))
			.toArray(Entry[]::new);
		Follower a = this.fixture.follow("a*", 7, many);
		proxied();
		for (int i = 0; i < 50; i++) {
			this.fixture.pass(Duration.ofSeconds(4));
			this.fixture.transport.confirmations.get(i).answerCount(stamp(8 + i), many.length);
			alive();
			assertThat(a.status().resyncs()).isEmpty();
		}
		this.fixture.pass(Duration.ofSeconds(4));
		this.fixture.transport.confirmations.get(50).answerCount(stamp(90), many.length);
		assertThat(a.status().resyncs()).containsOnlyKeys("silent");
	}

	@Test
	void aCreateThatIsNotAnsweredLetsTheOthersGoFirstNextTime() {
		this.fixture.follow("a", 7);
		this.fixture.follow("b", 7);
		this.fixture.transport.stream().listener.onConnected();
		assertThat(this.fixture.transport.stream().ranges).containsExactly(KeyRange.key("a"));
		this.fixture.pass(Duration.ofSeconds(4));
		this.fixture.transport.stream().listener.onConnected();
		assertThat(this.fixture.transport.stream().ranges).containsExactly(KeyRange.key("b"));
	}

	private void alive() {
		this.fixture.transport.stream().pings.stream()
			.filter((ping) -> !ping.answered)
			.forEach((ping) -> ping.answer(9));
	}

	/** A stream whose other side has answered the first create with an id of its own. */
	private Stream proxied() {
		Stream stream = this.fixture.transport.stream();
		stream.listener.onConnected();
		stream.listener.onCreated(stamp(7), 0);
		return stream;
	}

}

package org.etcdevent.feed;

import java.time.Duration;
import java.util.stream.IntStream;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.feed.ScriptedFixture.Follower;
import org.etcdevent.feed.ScriptedTransport.Read;
import org.etcdevent.feed.ScriptedTransport.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.feed.Entries.put;
import static org.etcdevent.feed.ScriptedTransport.stamp;

/** Tests of {@link PastCheck}. */
class PastCheckTests {

	private static final Duration SPREAD = Duration.ofSeconds(10);

	private final ScriptedFixture fixture = new ScriptedFixture(
			new FeedSettings(Duration.ofHours(9), 1_000_000, 8 << 20));

	@Test
	void whatWasReadOverTheSameConnectionIsNotAskedFor() {
		this.fixture.followConnected("a*", 7, put("a1", "1", 6));
		this.fixture.connect(7);
		this.fixture.pass(SPREAD);
		assertThat(this.fixture.transport.reads).hasSize(1);
	}

	@Test
	void aSmallRangeIsComparedAsOfThePositionWhateverComesMeanwhile() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6), put("a2", "1", 5));
		Stream stream = this.fixture.connect(7);
		stream.events(0, false, put("a3", "1", 9));
		this.fixture.pass(SPREAD);
		Read past = this.fixture.transport.read();
		assertThat(past.request.revision()).isEqualTo(7);
		assertThat(past.request.detail()).isEqualTo(Detail.ALL);
		past.answer(9, put("a1", "1", 6), put("a2", "1", 5));
		this.fixture.pass(SPREAD);
		assertThat(a.status().resyncs()).isEmpty();
		assertThat(this.fixture.transport.reads).hasSize(2);
	}

	@Test
	void anotherValueAtTheSameRevisionIsAnotherPast() {
		assertAnotherPast(put("a1", "1", 6), put("a2", "other", 5));
	}

	@Test
	void anotherRevisionIsAnotherPast() {
		assertAnotherPast(put("a1", "1", 6), put("a2", "1", 4));
	}

	@Test
	void aMissingKeyIsAnotherPast() {
		assertAnotherPast(put("a1", "1", 6));
	}

	@Test
	void anotherKeyIsAnotherPast() {
		assertAnotherPast(put("a1", "1", 6), put("a3", "1", 5));
	}

	private void assertAnotherPast(Entry... past) {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6), put("a2", "1", 5));
		this.fixture.connect(7);
		this.fixture.pass(SPREAD);
		this.fixture.transport.read().answer(9, past);
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
		assertThat(this.fixture.transport.read().request.detail()).isEqualTo(Detail.ALL);
	}

	@Test
	void ofALargeRangeItsCountAndTheLastWriteAreCompared() {
		Follower a = this.fixture.follow("a*", 7, many());
		this.fixture.connect(7);
		this.fixture.pass(SPREAD);
		assertThat(this.fixture.transport.read().request.detail()).isEqualTo(Detail.COUNT);
		this.fixture.transport.read().answerCount(stamp(9), 1_001);
		Read last = this.fixture.transport.read();
		assertThat(last.request.start()).isEqualTo(Entries.key("a0007").bytes());
		assertThat(last.request.revision()).isEqualTo(7);
		last.answer(9, put("a0007", "1", 6));
		this.fixture.pass(SPREAD);
		assertThat(a.status().resyncs()).isEmpty();
	}

	@Test
	void ofALargeRangeAnotherCountIsAnotherPast() {
		Follower a = this.fixture.follow("a*", 7, many());
		this.fixture.connect(7);
		this.fixture.pass(SPREAD);
		this.fixture.transport.read().answerCount(stamp(9), 1_000);
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
	}

	@Test
	void ofALargeRangeAnotherLastWriteIsAnotherPast() {
		Follower a = this.fixture.follow("a*", 7, many());
		this.fixture.connect(7);
		this.fixture.pass(SPREAD);
		this.fixture.transport.read().answerCount(stamp(9), 1_001);
		this.fixture.transport.read().answer(9, put("a0007", "other", 6));
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
	}

	private static Entry[] many() {
		return IntStream.range(0, 1_001)
			.mapToObj((i) -> put(String.format("a%04d", i), "1", (i == 7) ? 6 : 5))
			.toArray(Entry[]::new);
	}

	@Test
	void aPastThatIsCompactedIsReadByContent() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6));
		this.fixture.connect(7);
		this.fixture.pass(SPREAD);
		this.fixture.transport.read().fail(Kind.COMPACTED);
		assertThat(a.status().resyncs()).containsOnlyKeys("compacted");
		assertThat(this.fixture.transport.read().request.detail()).isEqualTo(Detail.ALL);
		this.fixture.transport.read().answer(9, put("a1", "other", 6));
		assertThat(a.told).containsExactly("a1@6=1", "a1@6=other");
	}

	@Test
	void whatIsNotProvedWhenItIsCompactedIsReadByContent() {
		this.fixture.follow("a*", 7, put("a1", "1", 6));
		this.fixture.connect(7).canceled(0, Kind.COMPACTED);
		assertThat(this.fixture.transport.read().request.detail()).isEqualTo(Detail.ALL);
	}

	@Test
	void otherFailuresAreAskedForAgain() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6));
		this.fixture.connect(7);
		this.fixture.pass(SPREAD);
		for (Kind kind : Kind.values()) {
			if (kind != Kind.COMPACTED) {
				int reads = this.fixture.transport.reads.size();
				this.fixture.transport.read().fail(kind);
				this.fixture.pass(Duration.ofSeconds(2));
				assertThat(this.fixture.transport.reads).hasSize(reads + 1);
			}
		}
		assertThat(a.status().resyncs()).isEmpty();
	}

	@Test
	void allThatWasKnownAtConnectionsSinceTheLastProofIsAskedFor() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6));
		Stream stream = this.fixture.connect(7);
		stream.events(0, false, put("a2", "1", 9));
		stream.listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		this.fixture.pass(Duration.ofSeconds(1));
		this.fixture.connect(9);
		this.fixture.pass(Duration.ofMillis(1));
		Read first = this.fixture.transport.read();
		assertThat(first.request.revision()).as("at once").isEqualTo(7);
		first.answer(9, put("a1", "1", 6));
		this.fixture.pass(Duration.ofMillis(1));
		Read second = this.fixture.transport.read();
		assertThat(second.request.revision()).isEqualTo(9);
		second.answer(9, put("a1", "1", 6), put("a2", "other", 9));
		assertThat(a.status().resyncs()).containsOnlyKeys("epoch");
	}

	@Test
	void leavingEndsIt() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6));
		this.fixture.connect(7);
		a.leave();
		this.fixture.loop.run();
		assertThat(this.fixture.loop.waiting()).isZero();
	}

}

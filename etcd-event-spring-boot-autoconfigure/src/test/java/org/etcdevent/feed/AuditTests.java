package org.etcdevent.feed;

import java.time.Duration;

import org.etcdevent.EtcdWatchState;
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
import static org.etcdevent.feed.Entries.put;
import static org.etcdevent.feed.ScriptedTransport.stamp;

@ExtendWith(OutputCaptureExtension.class)
class AuditTests {

	private static final Duration INTERVAL = Duration.ofMinutes(10);

	private static final Duration LONGER = INTERVAL.multipliedBy(12).dividedBy(10);

	private final ScriptedFixture fixture = new ScriptedFixture(
			new FeedSettings(Duration.ofHours(9), 10_000, 8 << 20, INTERVAL));

	@Test
	void keysAreCountedAtThePositionWhateverComesMeanwhile() {
		Follower a = this.fixture.follow("a*", 7, put("a1", "1", 6));
		Stream stream = this.fixture.connect(7);
		stream.events(0, false, put("a2", "1", 8));
		this.fixture.pass(LONGER);
		Read count = this.fixture.transport.read();
		assertThat(count.request.detail()).isEqualTo(Detail.COUNT);
		assertThat(count.request.revision()).isEqualTo(8);
		stream.events(0, false, put("a3", "1", 9));
		count.answerCount(stamp(12), 2);
		assertThat(a.status().resyncs()).isEmpty();
		this.fixture.pass(LONGER);
		assertThat(this.fixture.transport.read().request.revision()).isEqualTo(9);
	}

	@Test
	void anotherCountIsOneWarningAndAResync(CapturedOutput output) {
		Follower a = this.fixture.followConnected("a*", 7, put("a1", "1", 6), put("a2", "1", 6));
		this.fixture.connect(7);
		this.fixture.pass(LONGER);
		this.fixture.transport.read().answerCount(stamp(9), 1);
		assertThat(a.status().resyncs()).containsOnlyKeys("audit");
		assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("'a*' has 1 keys at revision 7", "but 2 by the events of its watch", "update its servers");
		assertThat(this.fixture.transport.read().request.detail()).isEqualTo(Detail.KEYS);
		a.told.clear();
		this.fixture.transport.read().answer(9, put("a2", "", 6));
		assertThat(a.told).containsExactly("a1@9 deleted");
	}

	@Test
	void anAnswerThatFailsIsLeftForTheNextTime() {
		Follower a = this.fixture.follow("a*", 7);
		this.fixture.connect(7);
		for (Kind kind : Kind.values()) {
			int reads = this.fixture.transport.reads.size();
			this.fixture.pass(LONGER);
			assertThat(this.fixture.transport.reads).hasSizeGreaterThan(reads);
			this.fixture.transport.read().fail(kind);
			assertThat(a.status().state()).isEqualTo(EtcdWatchState.LIVE);
			assertThat(a.status().resyncs()).isEmpty();
		}
	}

	@Test
	void anAnswerOfAnEtcdThatWasSetBackIsNotCompared() {
		Follower a = this.fixture.follow("a*", 7);
		this.fixture.connect(7);
		this.fixture.pass(LONGER);
		this.fixture.transport.read().answerCount(new Stamp(1, 9, 1), 3);
		assertThat(a.status().resyncs()).isEmpty();
	}

	@Test
	void nothingIsCountedWithoutAWatch() {
		this.fixture.follow("a*", 7);
		Stream stream = this.fixture.connect(7);
		this.fixture.pass(LONGER);
		Read count = this.fixture.transport.read();
		stream.listener.onClosed(new Failure(Kind.UNAVAILABLE, "cut"));
		assertThat(count.canceled).isTrue();
		this.fixture.pass(INTERVAL.multipliedBy(3));
		assertThat(this.fixture.transport.read()).isSameAs(count);
		this.fixture.connect(7);
		this.fixture.pass(LONGER);
		assertThat(this.fixture.transport.read()).isNotSameAs(count);
	}

	@Test
	void applicationsDoNotAskTogether() {
		this.fixture.followConnected("a", 7);
		this.fixture.followConnected("b", 7);
		this.fixture.connect(7);
		this.fixture.pass(INTERVAL.multipliedBy(9).dividedBy(10).minusSeconds(1));
		assertThat(this.fixture.transport.reads).hasSize(2);
		assertThat(this.fixture.loop.runUntil(() -> this.fixture.transport.reads.size() == 3, LONGER)).isTrue();
		this.fixture.pass(Duration.ofMillis(100));
		assertThat(this.fixture.transport.reads).hasSize(3);
	}

	@Test
	void leavingEndsTheCountAndTheWaitForTheNext() {
		Follower a = this.fixture.follow("a*", 7);
		this.fixture.connect(7);
		this.fixture.pass(LONGER);
		a.leave();
		this.fixture.loop.run();
		assertThat(this.fixture.transport.read().canceled).isTrue();
		assertThat(this.fixture.loop.waiting()).isZero();
	}

	@Test
	void whatAServerLostIsFound() {
		FeedFixture real = new FeedFixture(INTERVAL);
		Joined joined = loseADeletion(real);
		assertThat(joined.mirror().entries()).containsOnlyKeys(Entries.key("a/2"));
		assertThat(joined.status().resyncs()).containsOnlyKeys("audit");
		real.seconds(3_600);
		assertThat(joined.status().resyncs()).containsEntry("audit", 1L);
	}

	@Test
	void withoutAuditsWhatAServerLostStaysLost() {
		Joined joined = loseADeletion(new FeedFixture());
		assertThat(joined.mirror().entries()).containsKey(Entries.key("a/1"));
		assertThat(joined.status().resyncs()).isEmpty();
	}

	private static Joined loseADeletion(FeedFixture real) {
		real.etcd.put("a/1", "1");
		real.etcd.put("a/2", "2");
		Joined joined = real.join("a/");
		real.settle();
		real.etcd.deleteUntold("a/1");
		real.seconds((int) LONGER.toSeconds());
		return joined;
	}

}

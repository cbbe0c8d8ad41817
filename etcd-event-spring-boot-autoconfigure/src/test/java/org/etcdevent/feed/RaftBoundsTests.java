package org.etcdevent.feed;

import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Stamp;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests of {@link RaftBounds}. */
class RaftBoundsTests {

	private final RaftBounds bounds = new RaftBounds();

	@Test
	void aLogThatIsAheadByLessThanItWasIsAnotherHistory() {
		learn(1, 100, 104);
		assertThat(judge(1, 200, 204)).isFalse();
		assertThat(judge(1, 200, 210)).isFalse();
		assertThat(judge(1, 200, 203)).isTrue();
		assertThat(judge(1, 200, 174)).isTrue();
	}

	@Test
	void whatComesLaterMayHaveMoreRevisions() {
		assertThat(judge(1, 100, 104)).isFalse();
		this.bounds.onLaterRead(new Stamp(1, 1, 103, 2));
		assertThat(judge(1, 200, 201)).isFalse();
		assertThat(judge(1, 200, 200)).isTrue();
	}

	@Test
	void aMemberThatHasNotAnsweredAReadMayLag() {
		learn(1, 100, 104);
		this.bounds.begin();
		assertThat(this.bounds.isSetBack(status(1, 50, 52))).isFalse();
		this.bounds.onRead(new Stamp(1, 2, 100, 2));
		assertThat(this.bounds.isSetBack(status(1, 50, 52))).as("another member has").isFalse();
	}

	@Test
	void anotherMemberOfTheClusterHasTheSameHistory() {
		learn(1, 100, 104);
		assertThat(judge(2, 200, 204)).isFalse();
		assertThat(judge(2, 200, 203)).isTrue();
	}

	@Test
	void whatAnotherMemberSaysLaterShowsNothing() {
		assertThat(judge(1, 100, 104)).isFalse();
		this.bounds.onLaterRead(new Stamp(1, 2, 90, 2));
		assertThat(judge(1, 200, 190)).isFalse();
	}

	@Test
	void aMemberThatIsNotNamedIsNotCompared() {
		learn(0, 100, 104);
		assertThat(judge(0, 200, 174)).isFalse();
	}

	@Test
	void anotherHistoryHasItsOwn() {
		learn(1, 100, 104);
		this.bounds.forget();
		assertThat(judge(1, 200, 174)).isFalse();
	}

	private void learn(long member, long revision, long index) {
		assertThat(judge(member, revision, index)).isFalse();
		this.bounds.onLaterRead(new Stamp(1, member, revision, 2));
	}

	private boolean judge(long member, long revision, long index) {
		this.bounds.begin();
		this.bounds.onRead(new Stamp(1, member, revision, 2));
		return this.bounds.isSetBack(status(member, revision, index));
	}

	private static MemberStatus status(long member, long revision, long index) {
		return new MemberStatus(new Stamp(1, member, revision, 2), index, index);
	}

}

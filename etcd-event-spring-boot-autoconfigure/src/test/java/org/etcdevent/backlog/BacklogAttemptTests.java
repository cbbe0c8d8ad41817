package org.etcdevent.backlog;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What becomes of what was taken: in flight, failed, released, undecodable.
 */
class BacklogAttemptTests extends AbstractBacklogTests {

	@Test
	void aKeyInFlightIsNotHandedOut() {
		open("a", "1");
		Pending inFlight = take();
		change("a", "2");
		assertThat(this.backlog.poll(Long.MAX_VALUE)).isNull();
		assertThat(this.backlog.pollAll(Long.MAX_VALUE)).isEmpty();
		assertThat(told(inFlight)).isEqualTo("a=1");
		this.backlog.handled(inFlight);
		assertThat(told(take())).isEqualTo("a=2");
	}

	@Test
	void anAnsweredKeyIsNotInFlight() {
		open("a", "1");
		Pending taken = take();
		this.backlog.handled(taken);
		assertThatIllegalStateException().isThrownBy(taken::entry).withMessageContaining("a");
	}

	@Test
	void aFailedKeyComesAgainWhenItIsDueWhileOthersGoOn() {
		open("a", "1", "b", "2");
		this.backlog.failed(take(), 100);
		assertThat(told(take())).isEqualTo("b=2");
		assertThat(this.backlog.nextRetry()).isEqualTo(100);
		assertThat(this.backlog.poll(99)).isNull();
		Pending again = this.backlog.poll(100);
		assertThat(told(again)).isEqualTo("a=1");
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(this.backlog.nextRetry()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void retriesComeInTheOrderInWhichTheyAreDue() {
		open("a", "1", "b", "2", "c", "3");
		this.backlog.failed(take(), 300);
		this.backlog.failed(take(), 100);
		this.backlog.failed(take(), 200);
		assertThat(this.backlog.nextRetry()).isEqualTo(100);
		assertThat(told(this.backlog.poll(300))).isEqualTo("b=2");
		assertThat(told(this.backlog.poll(300))).isEqualTo("c=3");
		assertThat(told(this.backlog.poll(300))).isEqualTo("a=1");
	}

	@Test
	void dueTimesMayPassTheEndOfTheClock() {
		open("a", "1", "b", "2");
		this.backlog.failed(take(), Long.MIN_VALUE + 5);
		assertThat(told(this.backlog.poll(Long.MAX_VALUE - 5))).isEqualTo("b=2");
		assertThat(this.backlog.poll(Long.MAX_VALUE - 5)).isNull();
		assertThat(told(this.backlog.poll(Long.MIN_VALUE + 5))).isEqualTo("a=1");
	}

	@Test
	void aNewerValueKeepsTheBackOffOfTheFailedOne() {
		open("a", "1");
		this.backlog.failed(take(), 100);
		change("a", "2");
		assertThat(this.backlog.poll(99)).isNull();
		Pending again = this.backlog.poll(100);
		assertThat(told(again)).isEqualTo("a=2");
		assertThat(again.attempt()).isEqualTo(2);
	}

	@Test
	void attemptsBeginAnewOnceAKeyIsHandled() {
		open("a", "1");
		this.backlog.failed(take(), 0);
		this.backlog.handled(take());
		change("a", "2");
		assertThat(take().attempt()).isOne();
	}

	@Test
	void aReleasedKeyIsAsIfItWasNotTaken() {
		open("a", "1");
		this.backlog.handled(take());
		change("a", "2");
		this.backlog.release(take());
		change("a", "1");
		assertThat(this.backlog.poll(0)).isNull();
		change("a", "3");
		assertThat(take().attempt()).isOne();
	}

	@Test
	void aReleasedKeyThatVanishedMeanwhileIsNotAwaited() {
		open("a", "1");
		Pending taken = take();
		change("a", null);
		this.backlog.release(taken);
		assertThat(this.backlog.size()).isZero();
		assertThat(this.backlog.isSynced()).isTrue();
	}

	@Test
	void aReleasedKeyIsReadyAtOnce() {
		open("a", "1");
		this.backlog.failed(take(), 0);
		this.backlog.release(take());
		Pending again = take();
		assertThat(told(again)).isEqualTo("a=1");
		assertThat(again.attempt()).isEqualTo(2);
	}

	@Test
	void whatCannotBeDecodedIsPassedOverAndNamed() {
		open("a", "bad", "b", "2");
		this.backlog.undecodable(take());
		assertThat(this.backlog.undecodable()).containsExactly(key("a"));
		assertThat(told(take())).isEqualTo("b=2");
		assertThat(this.backlog.poll(Long.MAX_VALUE)).isNull();
		assertThat(this.backlog.size()).isOne();
	}

	@Test
	void whatWasShownBeforeAnUndecodableValueStaysTheBaseline() {
		open("a", "A");
		this.backlog.handled(take());
		change("a", "bad");
		this.backlog.undecodable(take());
		change("a", "A");
		assertThat(this.backlog.poll(0)).isNull();
		assertThat(this.backlog.undecodable()).isEmpty();
		change("a", "bad");
		this.backlog.undecodable(take());
		change("a", null);
		assertThat(told(take())).isEqualTo("a deleted");
	}

	@Test
	void aKeyThatCouldNeverBeDecodedIsNotDeleted() {
		open("a", "bad");
		this.backlog.undecodable(take());
		change("a", null);
		assertThat(this.backlog.poll(0)).isNull();
		assertThat(this.backlog.undecodable()).isEmpty();
	}

	@Test
	void aValueThatCameWhileAnUndecodableOneWasInFlightIsTold() {
		open("a", "bad");
		Pending bad = take();
		change("a", "good");
		this.backlog.undecodable(bad);
		assertThat(this.backlog.undecodable()).isEmpty();
		Pending good = take();
		assertThat(told(good)).isEqualTo("a=good");
		assertThat(good.attempt()).isOne();
	}

	@Test
	void afterAFailureAnUndecodableValueDoesNotMakeTheOldOneSettled() {
		open("a", "A");
		this.backlog.handled(take());
		change("a", "B");
		this.backlog.failed(take(), 0);
		change("a", "bad");
		this.backlog.undecodable(take());
		change("a", "A");
		assertThat(told(take())).isEqualTo("a=A");
	}

	@Test
	void aFailedCutIsTakenAgainAsAWholeAndOnlyWhenDue() {
		open("a", "1", "b", "2");
		this.backlog.pollAll(0).forEach((pending) -> this.backlog.failed(pending, 100));
		change("b", "3");
		change("c", "4");
		assertThat(this.backlog.pollAll(99)).isEmpty();
		assertThat(this.backlog.pollAll(100)).extracting(AbstractBacklogTests::told)
			.containsExactlyInAnyOrder("a=1", "b=3", "c=4");
	}

}

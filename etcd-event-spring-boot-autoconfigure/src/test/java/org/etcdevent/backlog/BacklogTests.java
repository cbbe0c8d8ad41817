package org.etcdevent.backlog;

import java.util.List;

import org.etcdevent.etcd.Entry;
import org.etcdevent.feed.Change;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What of the changes is told, and in which order.
 */
class BacklogTests extends AbstractBacklogTests {

	@Test
	void nothingIsHandedOutBeforeTheStateIsComplete() {
		put("a", "1");
		this.backlog.addSlice(List.copyOf(this.range.values()));
		assertThat(this.backlog.poll(0)).isNull();
		assertThat(this.backlog.pollAll(0)).isEmpty();
		assertThat(this.backlog.isSynced()).isFalse();
		this.backlog.open(this.revision);
		assertThat(told(take())).isEqualTo("a=1");
	}

	@Test
	void theFirstStateIsInitialAndWhatComesLaterIsNot() {
		open("a", "1");
		change("b", "2");
		assertThat(take().isInitial()).isTrue();
		assertThat(take().isInitial()).isFalse();
	}

	@Test
	void aKeyStaysInitialUntilItIsHandled() {
		open("a", "1");
		this.backlog.failed(take(), 0);
		change("a", "2");
		Pending again = take();
		assertThat(again.isInitial()).isTrue();
		this.backlog.handled(again);
		change("a", "3");
		assertThat(take().isInitial()).isFalse();
	}

	@Test
	void anEmptyRangeIsSyncedAtOnce() {
		open();
		assertThat(this.backlog.isSynced()).isTrue();
		assertThat(this.backlog.isOpen()).isTrue();
		assertThat(this.backlog.revision()).isEqualTo(this.revision);
	}

	@Test
	void isSyncedOnceEachKeyWasAttempted() {
		open("a", "1", "b", "2", "c", "3");
		Pending a = take();
		Pending b = take();
		Pending c = take();
		this.backlog.handled(a);
		this.backlog.failed(b, 0);
		assertThat(this.backlog.isSynced()).isFalse();
		this.backlog.undecodable(c);
		assertThat(this.backlog.isSynced()).isTrue();
	}

	@Test
	void aReleasedKeyIsStillAwaited() {
		open("a", "1");
		this.backlog.release(take());
		assertThat(this.backlog.isSynced()).isFalse();
		this.backlog.handled(take());
		assertThat(this.backlog.isSynced()).isTrue();
	}

	@Test
	void aKeyThatVanishesBeforeItsAttemptIsNotAwaited() {
		open("a", "1");
		change("a", null);
		assertThat(this.backlog.isSynced()).isTrue();
		assertThat(this.backlog.size()).isZero();
	}

	@Test
	void keysComeInTheOrderOfFirstBecomingPending() {
		open();
		change("c", "1");
		change("a", "1");
		change("b", "1");
		change("c", "2");
		assertThat(told(take())).isEqualTo("c=2");
		assertThat(told(take())).isEqualTo("a=1");
		assertThat(told(take())).isEqualTo("b=1");
		assertThat(this.backlog.poll(0)).isNull();
	}

	@Test
	void aKeyIsPendingOnceAndCountsWhatWasFoldedAway() {
		open();
		for (int i = 0; i <= 1_000; i++) {
			change("a", "value " + i);
		}
		assertThat(this.backlog.size()).isOne();
		assertThat(this.backlog.coalesced()).isEqualTo(1_000);
		assertThat(told(take())).isEqualTo("a=value 1000");
	}

	@Test
	void whatIsTakenCountsNotAsFoldedAway() {
		open();
		change("a", "1");
		Pending first = take();
		change("a", "2");
		this.backlog.handled(first);
		this.backlog.handled(take());
		assertThat(this.backlog.coalesced()).isZero();
	}

	@Test
	void goingBackToWhatWasHandledLeavesNothing() {
		open("a", "A");
		this.backlog.handled(take());
		change("a", "B");
		change("a", "A");
		assertThat(this.backlog.poll(0)).isNull();
		assertThat(this.backlog.size()).isZero();
	}

	@Test
	void goingBackAfterAFailedAttemptIsTold() {
		open("a", "A");
		this.backlog.handled(take());
		change("a", "B");
		this.backlog.failed(take(), 5);
		change("a", "A");
		assertThat(this.backlog.poll(4)).isNull();
		Pending again = this.backlog.poll(5);
		assertThat(told(again)).isEqualTo("a=A");
		assertThat(again.attempt()).isEqualTo(2);
	}

	@Test
	void goingBackWhileInFlightIsTold() {
		open("a", "A");
		this.backlog.handled(take());
		change("a", "B");
		Pending inFlight = take();
		change("a", "A");
		this.backlog.handled(inFlight);
		assertThat(told(take())).isEqualTo("a=A");
	}

	@Test
	void goingThereAndBackWhileInFlightIsNothing() {
		open("a", "A");
		Pending inFlight = take();
		change("a", "B");
		change("a", "A");
		this.backlog.handled(inFlight);
		assertThat(this.backlog.poll(0)).isNull();
		assertThat(this.backlog.size()).isZero();
	}

	@Test
	void aKeyThatCameAndWentUnseenIsNothing() {
		open();
		change("a", "1");
		change("a", null);
		assertThat(this.backlog.poll(0)).isNull();
	}

	@Test
	void aKeyThatWentAfterAnAttemptIsADeletion() {
		open();
		change("a", "1");
		Pending first = take();
		change("a", null);
		this.backlog.failed(first, 0);
		assertThat(told(take())).isEqualTo("a deleted");
	}

	@Test
	void aDeletionAndTheSameValueAgainIsNoChange() {
		open("a", "1");
		this.backlog.handled(take());
		change("a", null);
		change("a", "1");
		assertThat(this.backlog.poll(0)).isNull();
	}

	@Test
	void anEmptyValueIsAValue() {
		open();
		change("a", "");
		Pending empty = take();
		assertThat(empty.entry().value()).isEmpty();
		this.backlog.handled(empty);
		change("a", null);
		assertThat(told(take())).isEqualTo("a deleted");
	}

	@Test
	void anUnchangedRewriteIsNotTold() {
		open("a", "1");
		this.backlog.handled(take());
		change("a", "1");
		assertThat(this.backlog.poll(0)).isNull();
		assertThat(this.backlog.coalesced()).isOne();
	}

	@Test
	void everythingIsTakenToOneRevision() {
		open("a", "1");
		change("b", "2");
		change("c", "3");
		assertThat(this.backlog.pollAll(0)).extracting(AbstractBacklogTests::told).containsExactly("a=1", "b=2", "c=3");
		assertThat(this.backlog.revision()).isEqualTo(this.revision);
		assertThat(this.backlog.pollAll(0)).isEmpty();
	}

	@Test
	void changesBetweenSlicesAreTaken() {
		put("a", "1");
		put("b", "1");
		this.backlog.addSlice(List.of(this.range.get(key("a"))));
		change("a", "2");
		change("c", "1");
		change("b", "2");
		this.backlog.addSlice(List.of(this.range.get(key("b")), this.range.get(key("c"))));
		this.backlog.open(this.revision);
		assertThat(this.backlog.pollAll(0)).extracting(AbstractBacklogTests::told)
			.containsExactlyInAnyOrder("a=2", "b=2", "c=1");
	}

	@Test
	void aKeyThatWentBetweenSlicesIsNotTold() {
		put("a", "1");
		this.backlog.addSlice(List.of(this.range.get(key("a"))));
		change("a", null);
		this.backlog.open(this.revision);
		assertThat(this.backlog.size()).isZero();
		assertThat(this.backlog.isSynced()).isTrue();
	}

	@Test
	void aChangeOfEpochMayGoBackInRevisions() {
		open("a", "1");
		this.backlog.handled(take());
		Entry before = this.range.get(key("a"));
		Entry other = new Entry(key("a"), bytes("2"), 3);
		this.backlog.add(List.of(new Change(before, other)), 4);
		Pending told = take();
		assertThat(told.entry().modRevision()).isEqualTo(3);
		assertThat(this.backlog.revision()).isEqualTo(4);
	}

}

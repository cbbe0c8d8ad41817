package org.etcdevent.feed;

import java.util.List;
import java.util.NavigableMap;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Stamp;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.etcdevent.feed.Entries.deleted;
import static org.etcdevent.feed.Entries.key;
import static org.etcdevent.feed.Entries.map;
import static org.etcdevent.feed.Entries.put;
import static org.etcdevent.feed.Entries.told;

class RangeStateTests {

	private final RangeState state = new RangeState();

	@Test
	void nothingIsKnownBeforeTheFirstState() {
		assertThat(this.state.isKnown()).isFalse();
		assertThatIllegalStateException().isThrownBy(this.state::position);
		begin(5);
		assertThat(this.state.isKnown()).isTrue();
		assertThat(this.state.position()).isEqualTo(stamp(5));
	}

	@Test
	void eventsMoveTheStateAndThePosition() {
		begin(5, put("a", "1", 3));
		List<Change> changes = accept(false, put("a", "2", 6), put("b", "1", 6), deleted("a", 7));
		assertThat(told(changes)).containsExactly("a@6=2", "b@6=1", "a@7 deleted");
		assertThat(changes.get(0).before().modRevision()).isEqualTo(3);
		assertThat(changes.get(1).before()).isNull();
		assertThat(changes.get(2).before().modRevision()).isEqualTo(6);
		assertThat(this.state.entries()).containsOnlyKeys(key("b"));
		assertThat(this.state.position()).isEqualTo(stamp(7));
	}

	@Test
	void whatIsKnownAlreadyIsDropped() {
		begin(5, put("a", "1", 5));
		assertThat(accept(false, deleted("b", 5), put("a", "1", 5))).isEmpty();
		assertThat(accept(false, put("a", "0", 4))).isEmpty();
		assertThat(this.state.position()).isEqualTo(stamp(5));
		assertThat(told(List.of(new Change(null, this.state.entries().get(key("a")))))).containsExactly("a@5=1");
	}

	@Test
	void whatIsSharedIsOneAndTheSameUntilTheNextChange() {
		begin(5, put("a", "1", 3));
		NavigableMap<Key, Entry> one = this.state.share();
		assertThat(this.state.share()).isEqualTo(one);
		NavigableMap<Key, Entry> mine = this.state.entries();
		accept(false, put("a", "2", 6));
		assertThat(this.state.entries()).as("copied for the change").isNotSameAs(mine);
		assertThat(one.get(key("a")).modRevision()).isEqualTo(3);
		mine = this.state.entries();
		accept(false, put("a", "3", 7));
		assertThat(this.state.entries()).as("copied once").isSameAs(mine);
		NavigableMap<Key, Entry> last = this.state.share();
		this.state.clear();
		assertThat(last).as("kept by those who left").containsOnlyKeys(key("a"));
	}

	@Test
	void knowsHowLongValuesAreThroughEachStep() {
		assertThat(this.state.valueBytes()).isZero();
		begin(5, put("a", "1", 5), put("b", "123", 4));
		assertThat(this.state.valueBytes()).isEqualTo(2);
		accept(false, put("a", "12345", 6), put("c", "1234", 6));
		assertThat(this.state.valueBytes()).isEqualTo(4);
		accept(false, deleted("a", 7), deleted("gone", 7));
		this.state.move(stamp(8), List.of(new Change(put("b", "123", 4), deleted("b", 8)),
				new Change(put("c", "1234", 6), put("c", "12", 8))));
		assertThat(this.state.valueBytes()).isEqualTo(2);
		this.state.clear();
		assertThat(this.state.valueBytes()).isZero();
	}

	@Test
	void aDeletionOfWhatWasNeverKnownIsNoChange() {
		begin(5);
		assertThat(accept(false, deleted("a", 6))).isEmpty();
		assertThat(this.state.position()).isEqualTo(stamp(6));
	}

	@Test
	void anEventAtThePositionThatIsNotTheKnownOneIsAnotherHistory() {
		begin(5, put("a", "1", 5), put("b", "1", 4));
		assertThat(accept(false, put("a", "2", 5))).isNull();
		assertThat(accept(false, put("b", "1", 5))).isNull();
		assertThat(accept(false, put("c", "1", 5))).isNull();
		assertThat(accept(false, deleted("a", 5))).isNull();
	}

	@Test
	void anEmptyValueIsNoDeletion() {
		begin(5);
		assertThat(told(accept(false, put("a", "", 6)))).containsExactly("a@6=");
		assertThat(this.state.entries()).containsOnlyKeys(key("a"));
	}

	@Test
	void aRevisionIsTakenOnceItsLastFragmentHasCome() {
		begin(5);
		assertThat(told(accept(true, put("a", "1", 6), put("b", "1", 7)))).containsExactly("a@6=1");
		assertThat(this.state.position()).isEqualTo(stamp(6));
		assertThat(this.state.hasHeld()).isTrue();
		assertThat(accept(true, put("c", "1", 7))).isEmpty();
		assertThat(this.state.entries()).containsOnlyKeys(key("a"));
		assertThat(told(accept(false, put("d", "1", 7), put("e", "1", 8)))).containsExactly("b@7=1", "c@7=1", "d@7=1",
				"e@8=1");
		assertThat(this.state.position()).isEqualTo(stamp(8));
		assertThat(this.state.hasHeld()).isFalse();
	}

	@Test
	void aHeldRevisionIsWholeWhenALaterOneBegins() {
		begin(5);
		accept(true, put("a", "1", 6));
		assertThat(told(accept(true, put("b", "1", 7)))).containsExactly("a@6=1");
		assertThat(this.state.position()).isEqualTo(stamp(6));
	}

	@Test
	void theBeginningOfARevisionIsDroppedWithItsWatch() {
		begin(5);
		accept(true, put("a", "1", 6));
		this.state.dropHeld();
		assertThat(told(accept(false, put("a", "1", 6), put("b", "1", 6)))).containsExactly("a@6=1", "b@6=1");
	}

	@Test
	void thePositionNeverGoesBackByProgress() {
		begin(5);
		this.state.advance(new Stamp(1, 8, 3));
		assertThat(this.state.position()).isEqualTo(new Stamp(1, 8, 3));
		this.state.advance(new Stamp(1, 7, 2));
		assertThat(this.state.position()).isEqualTo(new Stamp(1, 8, 3));
	}

	@Test
	void aSyncMovesToWhereTheClusterIs() {
		begin(9, put("a", "1", 8), put("b", "1", 9));
		Stamp other = new Stamp(2, 4, 1);
		this.state.move(other,
				List.of(new Change(put("a", "1", 8), deleted("a", 4)), new Change(put("b", "1", 9), put("b", "2", 3))));
		assertThat(this.state.position()).isEqualTo(other);
		assertThat(this.state.entries()).containsOnlyKeys(key("b"));
		assertThat(this.state.entries().get(key("b")).modRevision()).isEqualTo(3);
	}

	@Test
	void aKeyIsKeptOnce() {
		Entry first = put("a", "1", 4);
		begin(5, first);
		accept(false, put("a", "2", 6));
		assertThat(this.state.entries().get(key("a")).key()).isSameAs(first.key());
	}

	private void begin(long revision, Entry... entries) {
		this.state.begin(stamp(revision), List.copyOf(map(entries).values()));
	}

	private List<Change> accept(boolean fragment, Entry... events) {
		return this.state.accept(stamp(100), List.of(events), fragment);
	}

	private static Stamp stamp(long revision) {
		return new Stamp(1, revision, 2);
	}

	@Test
	void aStepThatThrowsHasNotHappened() {
		begin(5, put("a", "1", 3), put("b", "12", 4));
		Entry none = new Entry(null, new byte[0], 8);
		assertThatNullPointerException()
			.isThrownBy(() -> accept(false, put("a", "2", 6), deleted("b", 6), put("c", "3", 7), none));
		assertThat(this.state.entries().values()).map(Entries::told).containsExactly("a@3=1", "b@4=12");
		assertThat(this.state.position()).isEqualTo(stamp(5));
		assertThat(this.state.valueBytes()).isOne();
		assertThat(told(accept(false, put("a", "2", 6), deleted("b", 6)))).containsExactly("a@6=2", "b@6 deleted");
	}

	@Test
	void aStepIsUndoneUntilItIsSettled() {
		begin(5, put("a", "1", 3));
		accept(false, put("a", "2", 6), deleted("a", 7), put("b", "1", 8));
		this.state.undo();
		assertThat(this.state.entries().values()).map(Entries::told).containsExactly("a@3=1");
		assertThat(this.state.position()).isEqualTo(stamp(5));
		accept(false, put("a", "2", 6));
		this.state.settle();
		this.state.undo();
		assertThat(this.state.entries().values()).map(Entries::told).containsExactly("a@6=2");
	}

	@Test
	void aRevisionWithoutEndIsGivenUp() {
		begin(5);
		String large = "x".repeat(1 << 20);
		assertThatIllegalStateException().isThrownBy(() -> {
			for (int i = 0; i <= 64; i++) {
				accept(true, put("a" + i, large, 6));
			}
		});
		assertThat(this.state.hasHeld()).isFalse();
	}

}

package org.etcdevent.backlog;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a consumer tells who goes on after an earlier one.
 */
class BacklogSuccessionTests extends AbstractBacklogTests {

	@Test
	void aSecondConsumerRepeatsNothingThatTheFirstOneHandled() {
		open("a", "1", "b", "1", "c", "1");
		this.backlog.pollAll(0).forEach(this.backlog::handled);
		Backlog second = successor();
		change(second, "b", "2");
		change(second, "c", null);
		change(second, "d", "1");
		second.addSlice(List.copyOf(this.range.values()));
		second.open(this.revision);
		assertThat(second.pollAll(0)).extracting(AbstractBacklogTests::told)
			.containsExactlyInAnyOrder("b=2", "c deleted", "d=1");
	}

	@Test
	void aSecondConsumerHearsOfDeletionsThatTookPlaceBetween() {
		open("a", "1");
		this.backlog.handled(take());
		Backlog second = successor();
		this.range.clear();
		second.open(99);
		Pending gone = second.poll(0);
		assertThat(told(gone)).isEqualTo("a deleted");
		assertThat(gone.entry().modRevision()).isEqualTo(99);
		assertThat(gone.isInitial()).isTrue();
	}

	@Test
	void aSecondConsumerIsToldAnewWhatTheFirstOneAttempted() {
		open("a", "A", "b", "B");
		this.backlog.pollAll(0).forEach(this.backlog::handled);
		change("a", "X");
		change("b", "Y");
		this.backlog.failed(take(), 100);
		// Still in flight when the consumer ends.
		take();
		Backlog second = successor();
		put("a", "A");
		this.range.remove(key("b"));
		second.addSlice(List.copyOf(this.range.values()));
		second.open(this.revision);
		List<Pending> told = second.pollAll(0);
		assertThat(told).extracting(AbstractBacklogTests::told).containsExactlyInAnyOrder("a=A", "b deleted");
		assertThat(told).extracting(Pending::attempt).containsOnly(2);
	}

	@Test
	void aSecondConsumerThatNeverOpenedPassesOnWhatItWasGiven() {
		open("a", "A");
		this.backlog.handled(take());
		change("a", "B");
		this.backlog.failed(take(), 100);
		Backlog second = successor();
		second.addSlice(List.copyOf(this.range.values()));
		HandledKeys handled = handled(second);
		assertThat(handled.entry(key("a")).value()).asString(StandardCharsets.UTF_8).isEqualTo("A");
		assertThat(handled.attempts(key("a"))).isOne();
	}

	@Test
	void whatIsHandledExcludesWhatCannotBeDecoded() {
		open("a", "bad", "b", "1");
		this.backlog.undecodable(take());
		this.backlog.handled(take());
		HandledKeys handled = handled(this.backlog);
		assertThat(handled.entry(key("a"))).isNull();
		assertThat(handled.entry(key("b"))).isNotNull();
		assertThat(handled.attempts(key("a"))).isZero();
	}

}

package org.etcdevent.container;

import java.time.Duration;
import java.util.List;

import org.apache.commons.logging.Log;
import org.etcdevent.EtcdUpdate;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;

/**
 * Tests for {@link FailureLog}: what keeps failing is one WARN, then at most one a
 * minute.
 */
class EtcdWatchFailureLogTests {

	private static final EtcdUpdate<String> ONE = EtcdUpdate.of("a/1", "secret", 7);

	private static final EtcdUpdate<String> TWO = EtcdUpdate.of("a/2", "secret", 8);

	private final List<String> lines = FakeEtcd.list();

	private long now = Long.MAX_VALUE - 1000;

	private final FailureLog log = new FailureLog(log(), "w", () -> this.now);

	private Log log() {
		Log log = Mockito.mock(Log.class);
		willAnswer((invocation) -> this.lines.add("WARN " + invocation.getArgument(0))).given(log).warn(any(), any());
		willAnswer((invocation) -> this.lines.add("INFO " + invocation.getArgument(0))).given(log).info(any());
		return log;
	}

	@Test
	void oneWarnAtOnceThenAtMostOneAMinuteWithTheCount() {
		fail(ONE);
		assertThat(this.lines).containsExactly("WARN Watch 'w' failed to handle the update of 'a/1' at revision 7; "
				+ "retrying in 500 ms with the latest value");
		for (int second = 1; second < 60; second++) {
			pass(Duration.ofSeconds(1));
			fail((second % 2 == 0) ? ONE : TWO);
		}
		assertThat(this.lines).hasSize(1);
		pass(Duration.ofSeconds(1));
		fail(TWO);
		assertThat(this.lines).hasSize(2)
			.last()
			.asString()
			.contains("'a/2'")
			.endsWith("(and 59 failed calls since this was last reported)");
		pass(Duration.ofMinutes(5));
		fail(TWO);
		assertThat(this.lines).hasSize(3).last().asString().doesNotContain("since");
	}

	@Test
	void oneInfoOnceNothingFailsAnyMore() {
		fail(ONE);
		fail(TWO);
		this.log.settled(List.of(ONE), false, true);
		assertThat(this.lines).hasSize(1);
		this.log.settled(List.of(TWO), false, true);
		assertThat(this.lines).hasSize(2)
			.last()
			.isEqualTo("INFO Watch 'w' handles everything again, after 2 failed calls");
		this.log.settled(List.of(ONE), false, true);
		assertThat(this.lines).hasSize(2);
	}

	@Test
	void aFailureThatComesAndGoesIsNoWarnEachTime() {
		for (int i = 0; i < 10; i++) {
			fail(ONE);
			this.log.settled(List.of(ONE), false, true);
		}
		assertThat(this.lines).filteredOn((line) -> line.startsWith("WARN")).hasSize(1);
		assertThat(this.lines).filteredOn((line) -> line.startsWith("INFO")).hasSize(1);
	}

	@Test
	void whatIsGivenUpIsNotSaidToBeHandled() {
		fail(ONE);
		this.log.settled(List.of(ONE), false, false);
		assertThat(this.lines).hasSize(1);
	}

	@Test
	void aBatchSettlesAllThatIsPendingAndAFirstStateWithoutKeysIsSomethingToo() {
		this.log.failed(List.of(), new Exception(), "it is called again");
		assertThat(this.lines).containsExactly("WARN Watch 'w' failed to handle the 0 updates; it is called again");
		this.log.settled(List.of(), true, true);
		assertThat(this.lines).hasSize(2).last().asString().startsWith("INFO");
	}

	@Test
	void neverSaysAValue() {
		fail(ONE);
		this.log.failed(List.of(ONE, TWO), new Exception(), "it is called again");
		assertThat(this.lines).noneMatch((line) -> line.contains("secret"));
	}

	private void fail(EtcdUpdate<?> update) {
		this.log.failed(List.of(update), new Exception("broken"), "retrying in 500 ms with the latest value");
	}

	private void pass(Duration duration) {
		this.now += duration.toNanos();
	}

}

package org.etcdevent.samples.flags;

import org.etcdevent.EtcdUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlagBoard}.
 */
@ExtendWith(OutputCaptureExtension.class)
class FlagBoardTests {

	private final FlagBoard board = new FlagBoard(new EventLog());

	@Test
	void keepsTheFlagsThatAreDelivered(CapturedOutput output) {
		this.board.onFlag(EtcdUpdate.of("flags/dark", new Flag(true, null, null), 5));
		assertThat(this.board.entries()).containsExactly(new FlagBoard.Entry("dark", new Flag(true, null, null), 5));
		this.board.onFlag(EtcdUpdate.deletion("flags/dark", 6));
		assertThat(this.board.entries()).isEmpty();
		assertThat(output).contains("flags/dark is on (revision 5)", "flags/dark was deleted (revision 6)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r", "\u001b", "\u0085", "\u200f", "\u202e", "\u2028", "\u2029", "\u2066" })
	void keysCannotForgeTheLog(String character, CapturedOutput output) {
		this.board.onFlag(EtcdUpdate.of("flags/a" + character + "b", new Flag(true, null, null), 5));
		this.board.onFlag(EtcdUpdate.deletion("flags/a" + character + "b", 6));
		assertThat(output.getOut().lines()).anyMatch((line) -> line.matches(".*flags/a\\\\x.*b is on.*"))
			.anyMatch((line) -> line.matches(".*flags/a\\\\x.*b was deleted.*"));
		assertThat(output.getOut().replaceAll("\\R", "|")).doesNotContain("a" + character + "b");
	}

}

package org.etcdevent.container;

import org.etcdevent.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunGate} in many orders of the steps of its threads.
 */
class RunGateInterleavingTests {

	@Test
	void keepsItsWordInWhateverOrderItsThreadsGoOn() throws Exception {
		assertThat(Interleavings.explore(RunGateScenarios.class)).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(new RunGateScenarios().get().keySet());
	}

}

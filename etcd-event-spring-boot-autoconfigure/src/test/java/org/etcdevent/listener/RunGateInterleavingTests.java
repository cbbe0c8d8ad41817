package org.etcdevent.listener;

import org.etcdevent.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

/**
 * Tests for {@link RunGate} in many orders of the steps of its threads.
 */
class RunGateInterleavingTests {

	@Test
	void keepsItsWordInWhateverOrderItsThreadsGoOn() throws Exception {
		Interleavings.explore(RunGateScenarios.class);
	}

}

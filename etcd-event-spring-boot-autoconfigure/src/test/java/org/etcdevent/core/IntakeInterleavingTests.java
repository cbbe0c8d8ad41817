package org.etcdevent.core;

import org.etcdevent.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

/**
 * Tests for {@link Intake} and {@link FeedWatcher} in many orders of the steps of their
 * threads.
 */
class IntakeInterleavingTests {

	@Test
	void wakesWhoWaitsInWhateverOrderItsThreadsGoOn() throws Exception {
		Interleavings.explore(IntakeScenarios.class);
	}

}

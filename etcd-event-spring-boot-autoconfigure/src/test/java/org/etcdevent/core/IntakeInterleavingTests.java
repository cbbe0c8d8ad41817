package org.etcdevent.core;

import org.etcdevent.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Intake} and {@link FeedWatcher} in many orders of the steps of their
 * threads.
 */
class IntakeInterleavingTests {

	@Test
	void wakesWhoWaitsInWhateverOrderItsThreadsGoOn() throws Exception {
		assertThat(Interleavings.explore(IntakeScenarios.class)).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(new IntakeScenarios().get().keySet());
	}

}

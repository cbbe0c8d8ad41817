package org.etcdevent.consumer;

import org.etcdevent.backlog.BlockingBacklog;
import org.etcdevent.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BlockingBacklog} and {@link FeedWatcher} in many orders of the steps
 * of their threads.
 */
class ConsumerInterleavingTests {

	@Test
	void wakesWhoWaitsInWhateverOrderItsThreadsGoOn() throws Exception {
		assertThat(Interleavings.explore(ConsumerScenarios.class)).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(new ConsumerScenarios().get().keySet());
	}

}

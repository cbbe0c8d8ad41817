package org.etcdevent.samples.flags.demo;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeliveryLedger}.
 */
class DeliveryLedgerTests {

	private final DeliveryLedger ledger = new DeliveryLedger();

	@BeforeEach
	void start() {
		this.ledger.written(9, 1);
		this.ledger.start(10);
		this.ledger.written(10, 1);
		this.ledger.written(11, 2);
		this.ledger.written(12, 1);
		this.ledger.written(13, 3);
	}

	@Test
	void changesSinceTheStartArePendingUntilTheyAreDelivered() {
		assertFigures(6, 0, 0);
		this.ledger.delivered(List.of(11L, 11L, 12L));
		assertFigures(3, 0, 0);
		this.ledger.delivered(List.of(13L, 13L, 13L));
		assertFigures(0, 0, 0);
	}

	@Test
	void changesThatAreSkippedAreLost() {
		this.ledger.delivered(List.of(11L, 11L));
		this.ledger.delivered(List.of(13L, 13L, 13L));
		assertFigures(0, 1, 0);
	}

	@Test
	void changesThatAreDeliveredAgainAreRepeated() {
		this.ledger.delivered(List.of(11L, 11L, 12L));
		this.ledger.delivered(List.of(11L, 11L, 12L, 13L, 13L, 13L));
		assertFigures(0, 0, 3);
	}

	@Test
	void aChangeMayBeDeliveredBeforeItsWriterKnowsTheRevision() {
		this.ledger.delivered(List.of(11L, 11L, 12L, 13L, 13L, 13L, 14L, 14L));
		assertFigures(0, 0, 0);
		this.ledger.written(14, 2);
		assertFigures(0, 0, 0);
	}

	@Test
	void lossesAreCountedFromTheLastReset() {
		this.ledger.delivered(List.of(12L, 12L));
		this.ledger.delivered(List.of(12L));
		this.ledger.reset();
		assertFigures(3, 0, 0);
	}

	@Test
	void aRestartForgetsWhatItHasRead() {
		this.ledger.delivered(List.of(12L));
		this.ledger.start(13);
		assertFigures(0, 0, 0);
	}

	private void assertFigures(long pending, long lost, long repeated) {
		assertThat(List.of(this.ledger.pending(), this.ledger.lost(), this.ledger.repeated())).containsExactly(pending,
				lost, repeated);
	}

}

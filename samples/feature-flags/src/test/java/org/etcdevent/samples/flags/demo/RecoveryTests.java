package org.etcdevent.samples.flags.demo;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Recovery}.
 */
class RecoveryTests {

	private final Recovery recovery = new Recovery();

	@Test
	void isMeasuredFromTheEndOfTheFault() {
		this.recovery.faultStarted();
		assertThat(this.recovery.recovered()).isFalse();
		assertThat(this.recovery.millis()).isNull();
		this.recovery.faultEnded();
		assertThat(this.recovery.recovered()).isTrue();
		assertThat(this.recovery.millis()).isNotNegative();
	}

	@Test
	void isMeasuredOnce() {
		this.recovery.faultEnded();
		assertThat(this.recovery.recovered()).isTrue();
		assertThat(this.recovery.recovered()).isFalse();
	}

	@Test
	void theNextFaultStartsOver() {
		this.recovery.faultEnded();
		this.recovery.recovered();
		this.recovery.faultStarted();
		assertThat(this.recovery.millis()).isNull();
		assertThat(this.recovery.recovered()).isFalse();
	}

}

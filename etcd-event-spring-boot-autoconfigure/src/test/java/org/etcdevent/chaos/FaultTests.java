package org.etcdevent.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Fault}.
 */
class FaultTests {

	@Test
	void aMinuteOfOneMemberAndAMinuteOfThreeAreEnough() {
		assertThat(inBoth(Fault.CUT)).isEqualTo(60);
		assertThat(inBoth(Fault.BLACK_HOLE, Fault.BLACK_HOLE_FOR_REQUESTS, Fault.BLACK_HOLE_FOR_ANSWERS)).isEqualTo(10);
		assertThat(inBoth(Fault.KILL)).isEqualTo(6);
		assertThat(inBoth(Fault.FREEZE)).isEqualTo(3);
		assertThat(inBoth(Fault.COMPACTION_WHILE_AWAY)).isEqualTo(15);
		assertThat(inBoth(Fault.RESTORE)).isEqualTo(2);
		assertThat(inBoth(Fault.CATCH_UP)).isOne();
		assertThat(inBoth(Fault.QUORUM_LOSS)).isOne();
		assertThat(EnumSet.allOf(Fault.class)).allSatisfy((fault) -> assertThat(inBoth(fault)).isPositive());
	}

	@Test
	void thereAreTenTimesAsManyInTenMinutes() {
		List<Fault> faults = Fault.shuffled(3, 600, 1);
		for (Fault fault : Fault.values()) {
			assertThat(faults.stream().filter(fault::equals)).hasSize(10 * fault.times(3, 60));
		}
	}

	@Test
	void aSeedIsAnOrder() {
		assertThat(Fault.shuffled(1, 60, 1)).isEqualTo(Fault.shuffled(1, 60, 1)).isNotEqualTo(Fault.shuffled(1, 60, 2));
	}

	private static int inBoth(Fault... faults) {
		return Arrays.stream(faults).mapToInt((fault) -> fault.times(1, 60) + fault.times(3, 60)).sum();
	}

}

package org.etcdevent.simulation;

import org.etcdevent.mutants.Mutant;
import org.etcdevent.mutants.MutantLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the {@link Mutants} fit the code, before the simulation has to find them.
 */
class MutantsTests {

	@ParameterizedTest
	@MethodSource("org.etcdevent.simulation.Mutants#all")
	void everyMutantFitsTheCode(Mutant mutant) throws Exception {
		Class<?> mutated = Class.forName("org.etcdevent." + mutant.type(), true, new MutantLoader(mutant));
		assertThat(mutated.getClassLoader()).isInstanceOf(MutantLoader.class);
	}

	@Test
	void noTwoHaveTheSameName() {
		assertThat(Mutants.all().map(Mutant::name)).doesNotHaveDuplicates();
	}

}

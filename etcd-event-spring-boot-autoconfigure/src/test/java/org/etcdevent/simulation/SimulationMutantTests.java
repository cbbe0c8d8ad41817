package org.etcdevent.simulation;

import java.util.function.LongFunction;

import org.etcdevent.mutants.Mutant;
import org.etcdevent.mutants.MutantLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Puts known defects back, one after the other: each has to be found. One that is not is
 * a hole in the simulation.
 */
class SimulationMutantTests {

	private static final int SEEDS = 1_000;

	private final LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());

	@BeforeEach
	void beQuiet() {
		this.logging.setLogLevel("org.etcdevent", LogLevel.OFF);
	}

	@AfterEach
	void speakAgain() {
		this.logging.setLogLevel("org.etcdevent", null);
	}

	@ParameterizedTest
	@MethodSource("org.etcdevent.simulation.Mutants#all")
	@SuppressWarnings("unchecked")
	void everyKnownDefectIsFound(Mutant mutant) throws Exception {
		LongFunction<Throwable> probe = (LongFunction<Throwable>) new MutantLoader(mutant)
			.loadClass(SimulationProbe.class.getName())
			.getConstructor()
			.newInstance();
		Throwable found = null;
		int seeds = 0;
		while (found == null && seeds < SEEDS) {
			found = probe.apply(++seeds);
		}
		System.out
			.println("mutant " + mutant + ": " + ((found != null) ? "found after " + seeds + " seeds" : "NOT FOUND"));
		assertThat(found).as("mutant '%s' is found", mutant).isNotNull();
	}

}

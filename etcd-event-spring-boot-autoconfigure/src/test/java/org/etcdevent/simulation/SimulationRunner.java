package org.etcdevent.simulation;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs simulations, and makes of one that fails what a person can read: the same without
 * the faults that have nothing to do with it.
 */
final class SimulationRunner {

	private final Profile profile;

	private final Tally tally = new Tally();

	SimulationRunner(Profile profile) {
		this.profile = profile;
	}

	Tally tally() {
		return this.tally;
	}

	/**
	 * Runs a seed.
	 * @param seed the seed
	 * @throws AssertionError if a promise is broken
	 */
	void run(long seed) {
		Simulation run = new Simulation(this.profile, seed, Set.of(), false);
		Throwable failure = failure(run);
		this.tally.add(run);
		if (failure != null) {
			throw new AssertionError(describe(seed, run.faults()), failure);
		}
	}

	/** What breaks a promise in a run, {@code null} for nothing. */
	static Throwable failure(Simulation run) {
		try {
			run.run();
			return null;
		}
		catch (AssertionError | RuntimeException ex) {
			return ex;
		}
	}

	private String describe(long seed, int faults) {
		// What would come after it is not needed in any case.
		Set<Integer> without = IntStream.range(faults, 2 * faults + 100)
			.boxed()
			.collect(Collectors.toCollection(HashSet::new));
		for (int number = faults - 1; number >= 0; number--) {
			without.add(number);
			if (failure(new Simulation(this.profile, seed, without, false)) == null) {
				without.remove(number);
			}
		}
		Simulation shrunk = new Simulation(this.profile, seed, without, true);
		Throwable failure = failure(shrunk);
		return "Seed " + seed + " breaks a promise; once more: ./mvnw test -Dtest=SimulationTests -Dsimulation.seed="
				+ seed + " -Dsimulation.profile=" + this.profile.name()
				+ " -Dsurefire.failIfNoSpecifiedTests=false\nOf " + faults + " faults " + shrunk.struck()
				+ " are needed for this:\n" + failure + "\n" + String.join("\n", shrunk.trace().lines());
	}

}

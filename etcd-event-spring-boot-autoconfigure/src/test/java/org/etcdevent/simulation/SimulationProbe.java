package org.etcdevent.simulation;

import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Runs a seed, for those who have loaded the simulation a second time and can talk to it
 * only in the terms of the JDK.
 */
public final class SimulationProbe implements LongFunction<Throwable> {

	/**
	 * Runs a seed in each profile.
	 * @return what breaks a promise, {@code null} for nothing
	 */
	@Override
	public Throwable apply(long seed) {
		return Profile.ALL.stream()
			.map((profile) -> SimulationRunner.failure(new Simulation(profile, seed, Set.of(), false)))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

}

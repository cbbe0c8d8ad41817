package org.etcdevent.simulation;

import java.util.Set;
import java.util.function.LongFunction;

/**
 * Runs a seed, for those who have loaded the simulation a second time and can talk to it
 * only in the terms of the JDK.
 */
public final class SimulationProbe implements LongFunction<Throwable> {

	/**
	 * Runs a seed.
	 * @return what breaks a promise, {@code null} for nothing
	 */
	@Override
	public Throwable apply(long seed) {
		return SimulationRunner.failure(new Simulation(Profile.USUAL, seed, Set.of(), false));
	}

}

package org.etcdevent.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What many runs did, in one line.
 */
final class Tally {

	private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);

	private final long begun = System.nanoTime();

	private long seeds;

	private long steps;

	void add(Simulation run) {
		this.seeds++;
		this.steps += run.steps();
		run.struck().forEach((fault) -> this.struck.merge(fault, 1, Integer::sum));
	}

	long seeds() {
		return this.seeds;
	}

	long steps() {
		return this.steps;
	}

	int struck(Fault fault) {
		return this.struck.getOrDefault(fault, 0);
	}

	@Override
	public String toString() {
		long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.begun));
		return "simulation: " + this.seeds + " seeds, " + this.steps + " steps in " + millis / 1000.0 + " s ("
				+ this.steps * 1000 / millis + " a second), faults " + this.struck;
	}

}

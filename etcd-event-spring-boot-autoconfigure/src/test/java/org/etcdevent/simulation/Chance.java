package org.etcdevent.simulation;

import java.util.random.RandomGenerator;

/**
 * How often something happens.
 *
 * @param times in how many cases
 * @param outOf of how many
 */
record Chance(int times, int outOf) {

	/** Heads or tails. */
	static final Chance EVEN = in(2);

	static final Chance NEVER = new Chance(0, 1);

	static Chance in(int cases) {
		return new Chance(1, cases);
	}

	boolean happens(RandomGenerator random) {
		return (this.outOf == 2) ? random.nextBoolean() : random.nextInt(this.outOf) < this.times;
	}

}

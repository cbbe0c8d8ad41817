package org.etcdevent.simulation;

import java.util.random.RandomGenerator;

/**
 * A number within limits, each of them as often as the others.
 *
 * @param least the smallest number
 * @param most the largest one
 */
record Span(int least, int most) {

	int draw(RandomGenerator random) {
		return this.least + random.nextInt(this.most - this.least + 1);
	}

}

package org.etcdevent.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Figures of several rounds: their median, and how far apart they are. For one thread.
 */
final class Spread {

	private final List<Double> figures = new ArrayList<>();

	void add(double figure) {
		this.figures.add(figure);
		this.figures.sort(null);
	}

	double median() {
		return this.figures.get(this.figures.size() / 2);
	}

	double lowest() {
		return this.figures.get(0);
	}

	double highest() {
		return this.figures.get(this.figures.size() - 1);
	}

	@Override
	public String toString() {
		return Report.number(median()) + " (" + Report.number(lowest()) + "–" + Report.number(highest()) + ")";
	}

}

package org.etcdevent.benchmarks;

/**
 * Something to measure.
 */
interface Case {

	/**
	 * Measures, on an etcd of its own.
	 * @param report gets the figures
	 * @throws Exception if it cannot be measured
	 */
	void run(Report report) throws Exception;

}

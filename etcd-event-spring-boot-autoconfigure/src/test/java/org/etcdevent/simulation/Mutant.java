package org.etcdevent.simulation;

/**
 * A known defect that is put back into the production code.
 *
 * @param name what is wrong then
 * @param type where, below the root package
 * @param original a piece of the source that is there once
 * @param changed what takes its place
 */
record Mutant(String name, String type, String original, String changed) {

	/** What is wrong, as a test's name. */
	@Override
	public String toString() {
		return this.name;
	}

}

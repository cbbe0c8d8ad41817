package org.etcdevent.simulation;

/**
 * What a method threw. Has no stack, for it is made by the million.
 */
final class FailedCall extends Exception {

	private final Ending ending;

	FailedCall(Ending ending) {
		super(ending.name(), null, true, false);
		this.ending = ending;
	}

	Ending ending() {
		return this.ending;
	}

}

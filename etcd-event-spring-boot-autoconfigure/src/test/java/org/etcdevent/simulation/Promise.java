package org.etcdevent.simulation;

import java.util.function.Supplier;

/**
 * Says that a promise is broken. Made for checks by the million: a message costs nothing
 * unless it is needed.
 */
final class Promise {

	private Promise() {
	}

	/**
	 * Holds a run against a promise.
	 * @param kept whether it is kept
	 * @param otherwise what is wrong if it is not
	 */
	static void check(boolean kept, Supplier<String> otherwise) {
		if (!kept) {
			throw new AssertionError(otherwise.get());
		}
	}

}

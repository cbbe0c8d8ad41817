package org.etcdevent.simulation;

import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;

/**
 * How a call ends, and what the error handler says to it.
 */
enum Ending {

	RETURNS(null),

	FAILS(Decision.RETRY),

	/** The error handler fails, too. */
	FAILS_TWICE(null),

	SKIPS(Decision.SKIP),

	STOPS(Decision.STOP);

	private final Decision decision;

	Ending(Decision decision) {
		this.decision = decision;
	}

	Decision decision() {
		if (this.decision == null) {
			throw new IllegalStateException("the error handler fails");
		}
		return this.decision;
	}

	boolean isRetried() {
		return this == FAILS || this == FAILS_TWICE;
	}

}

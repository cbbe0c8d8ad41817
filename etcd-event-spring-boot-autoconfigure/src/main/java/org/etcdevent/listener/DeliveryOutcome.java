package org.etcdevent.listener;

/**
 * How a call of a watch's method ended.
 */
public enum DeliveryOutcome {

	/** The method returned. */
	DELIVERED,

	/** The method threw; what it was told comes again. */
	FAILED,

	/** The method threw, and what it was told is given up. */
	SKIPPED

}

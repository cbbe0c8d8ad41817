package org.etcdevent.listener;

/**
 * How a call of a watch's method ended.
 */
public enum DeliveryOutcome {

	/** The method returned. */
	DELIVERED,

	/** The method threw; the delivery is retried. */
	FAILED,

	/** The method threw, and the delivery is skipped. */
	SKIPPED

}

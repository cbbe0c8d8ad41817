package org.etcdevent.actuate;

import org.etcdevent.listener.DeliveryOutcome;

/**
 * What the tag {@code outcome} says, in meters and observations alike.
 */
final class OutcomeTag {

	private OutcomeTag() {
	}

	static String of(DeliveryOutcome outcome) {
		return switch (outcome) {
			case DELIVERED -> "success";
			case FAILED -> "failure";
			case SKIPPED -> "skipped";
		};
	}

}

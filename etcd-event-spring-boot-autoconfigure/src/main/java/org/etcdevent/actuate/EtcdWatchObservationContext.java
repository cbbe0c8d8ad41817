package org.etcdevent.actuate;

import io.micrometer.observation.Observation;
import org.etcdevent.listener.DeliveryOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one call of a watch's method while it is observed. Nothing of what the
 * method receives: neither keys nor values belong into traces and meters.
 */
public final class EtcdWatchObservationContext extends Observation.Context {

	private final String watchId;

	private @Nullable DeliveryOutcome outcome;

	EtcdWatchObservationContext(String watchId) {
		this.watchId = watchId;
	}

	/**
	 * The watch whose method is called.
	 * @return the id of the watch
	 */
	public String getWatchId() {
		return this.watchId;
	}

	/**
	 * How the call ended.
	 * @return the outcome, {@code null} while the call runs, and if the stop of the watch
	 * interrupted it
	 */
	public @Nullable DeliveryOutcome getOutcome() {
		return this.outcome;
	}

	void setOutcome(@Nullable DeliveryOutcome outcome) {
		this.outcome = outcome;
	}

}

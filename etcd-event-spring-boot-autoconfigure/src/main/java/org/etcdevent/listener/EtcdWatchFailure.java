package org.etcdevent.listener;

import java.util.List;

import org.etcdevent.EtcdUpdate;

/**
 * A call of a watch's method that threw. Its text leaves out the values, which may be
 * secret.
 *
 * @param watchId the id of the watch
 * @param updates what the method was called with; one update, or for a batch or snapshot
 * method all that the call was about
 * @param exception what the method threw, an {@link Error} too
 * @param attempt the number of consecutive attempts, including this one
 */
public record EtcdWatchFailure(String watchId, List<EtcdUpdate<?>> updates, Throwable exception, int attempt) {

	@Override
	public String toString() {
		return "attempt " + this.attempt + " of watch '" + this.watchId + "' with " + this.updates;
	}

}

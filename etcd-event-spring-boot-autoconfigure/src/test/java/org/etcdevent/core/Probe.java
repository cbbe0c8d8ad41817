package org.etcdevent.core;

import java.time.Duration;

/**
 * What tests of other rooms need of this one without waiting for it.
 */
public final class Probe {

	private Probe() {
	}

	/**
	 * Takes a cut and a snapshot if the first state is known.
	 * @param subscription of which to take
	 * @param <T> the type of the values
	 * @return the delivery, {@code null} if there is none yet
	 * @throws InterruptedException never, for nothing waits
	 */
	public static <T> Delivery<T> pollWhole(Subscription<T> subscription) throws InterruptedException {
		return subscription.pollWhole(Duration.ZERO);
	}

}

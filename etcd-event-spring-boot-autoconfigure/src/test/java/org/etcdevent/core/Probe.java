package org.etcdevent.core;

/**
 * What tests of other rooms need of this one without waiting for it.
 */
public final class Probe {

	private Probe() {
	}

	/**
	 * Takes a snapshot if there is anything new, without waiting. For consumers that have
	 * nothing in flight, and nothing put off.
	 * @param subscription of which to take
	 * @param evenIfEmpty whether one is to come even if there is nothing new
	 * @param <T> the type of the values
	 * @return the delivery, {@code null} if there is none
	 * @throws InterruptedException never, for nothing waits
	 */
	public static <T> Delivery<T> pollSnapshot(Subscription<T> subscription, boolean evenIfEmpty)
			throws InterruptedException {
		Intake intake = subscription.intake();
		boolean any = intake.isOpen() && (evenIfEmpty || intake.size() > 0);
		return any ? subscription.takeSnapshot() : null;
	}

}

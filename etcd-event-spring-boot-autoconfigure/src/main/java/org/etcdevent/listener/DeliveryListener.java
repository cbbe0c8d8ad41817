package org.etcdevent.listener;

/**
 * Hears of each call of a watch's method, and of watches that come and go, for meters.
 * Called on the watch's own thread after the call, so it has to be quick; what it throws
 * is logged and ignored. Implementations are thread-safe.
 */
@FunctionalInterface
public interface DeliveryListener {

	/**
	 * A call has ended. Calls that the watch's stop interrupted are not told.
	 * @param watchId the id of the watch
	 * @param outcome how the call ended
	 * @param durationNanos how long it took, in nanoseconds
	 */
	void onDelivery(String watchId, DeliveryOutcome outcome, long durationNanos);

	/**
	 * Watches were registered or removed; the registry tells which there are. Called
	 * after each change, by the thread that made it.
	 */
	default void onWatchesChanged() {
	}

}

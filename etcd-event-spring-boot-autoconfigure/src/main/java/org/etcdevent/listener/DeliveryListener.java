package org.etcdevent.listener;

import org.jspecify.annotations.Nullable;

/**
 * Hears of each call of a watch's method, and of watches that come and go, for meters and
 * traces. Called on the watch's own thread, so it has to be quick; what it throws is
 * logged and ignored. Implementations are thread-safe.
 */
@FunctionalInterface
public interface DeliveryListener {

	/**
	 * A call is about to begin, on this thread, on which it ends too: what is set here is
	 * what the method finds.
	 * @param watchId the id of the watch
	 * @return what is notified of the end of the call, {@code null} for nothing
	 */
	default @Nullable Call onCall(String watchId) {
		return null;
	}

	/**
	 * A call has ended. Calls that the stop of the watch interrupted are not reported.
	 * @param watchId the id of the watch
	 * @param outcome how the call ended
	 * @param durationNanos how long it took, in nanoseconds
	 */
	void onDelivery(String watchId, DeliveryOutcome outcome, long durationNanos);

	/**
	 * Watches were registered or removed; the registry knows them. Called after each
	 * change, by the thread that made it.
	 */
	default void onWatchesChanged() {
	}

	/**
	 * A call that has begun.
	 */
	@FunctionalInterface
	interface Call {

		/**
		 * The call has ended, and its outcome is decided.
		 * @param outcome how it ended, {@code null} if the stop of the watch interrupted
		 * it
		 * @param error what the method threw, {@code null} if it returned
		 */
		void end(@Nullable DeliveryOutcome outcome, @Nullable Throwable error);

	}

}

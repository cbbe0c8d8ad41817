package org.etcdevent.container;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.DeliveryOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Counts how the calls of one watch ended, and passes it on to the listeners.
 * Thread-safe.
 */
final class DeliveryCounts {

	private static final Log logger = LogFactory.getLog(DeliveryCounts.class);

	private static final DeliveryListener.Call NOBODY = (outcome, error) -> {
	};

	private final String id;

	private final List<DeliveryListener> listeners;

	private final LongAdder delivered = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder skipped = new LongAdder();

	DeliveryCounts(String id, List<DeliveryListener> listeners) {
		this.id = id;
		this.listeners = listeners;
	}

	/**
	 * Notifies the listeners that a call is about to begin.
	 * @return what has to be notified of its end
	 */
	DeliveryListener.Call begin() {
		DeliveryListener.Call all = NOBODY;
		for (DeliveryListener listener : this.listeners) {
			DeliveryListener.Call one = begin(listener);
			if (one != null) {
				// Who begins first ends last.
				DeliveryListener.Call others = all;
				all = (outcome, error) -> {
					tell(() -> one.end(outcome, error));
					others.end(outcome, error);
				};
			}
		}
		return all;
	}

	private DeliveryListener.@Nullable Call begin(DeliveryListener listener) {
		try {
			return listener.onCall(this.id);
		}
		catch (RuntimeException ex) {
			failed(ex);
			return null;
		}
	}

	/**
	 * How long a call that ends now has taken, if there are listeners.
	 * @param since the {@link System#nanoTime()} at which it began
	 * @return nanoseconds
	 */
	long durationNanos(long since) {
		return this.listeners.isEmpty() ? 0 : System.nanoTime() - since;
	}

	void count(DeliveryOutcome outcome, long durationNanos) {
		counter(outcome).increment();
		for (DeliveryListener listener : this.listeners) {
			tell(() -> listener.onDelivery(this.id, outcome, durationNanos));
		}
	}

	private void tell(Runnable call) {
		try {
			call.run();
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private void failed(RuntimeException ex) {
		logger.debug("A listener to the deliveries of watch '" + this.id + "' failed", ex);
	}

	long get(DeliveryOutcome outcome) {
		return counter(outcome).sum();
	}

	private LongAdder counter(DeliveryOutcome outcome) {
		return switch (outcome) {
			case DELIVERED -> this.delivered;
			case FAILED -> this.failed;
			case SKIPPED -> this.skipped;
		};
	}

}

package org.etcdevent.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Counts how the calls of one watch ended, and passes it on to whoever measures.
 * Thread-safe.
 */
final class DeliveryCounts {

	private static final Log logger = LogFactory.getLog(DeliveryCounts.class);

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
	 * Tells that a call is about to begin.
	 * @return what has to hear of its end
	 */
	DeliveryListener.Call begin() {
		List<DeliveryListener.Call> calls = new ArrayList<>();
		this.listeners.forEach((listener) -> tell(() -> {
			DeliveryListener.Call call = listener.onCall(this.id);
			if (call != null) {
				// Who begins first ends last.
				calls.add(0, call);
			}
		}));
		return (outcome, error) -> calls.forEach((call) -> tell(() -> call.end(outcome, error)));
	}

	void count(DeliveryOutcome outcome, long durationNanos) {
		counter(outcome).increment();
		this.listeners.forEach((listener) -> tell(() -> listener.onDelivery(this.id, outcome, durationNanos)));
	}

	private void tell(Runnable call) {
		try {
			call.run();
		}
		catch (RuntimeException ex) {
			logger.debug("A listener to the deliveries of watch '" + this.id + "' failed", ex);
		}
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

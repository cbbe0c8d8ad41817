package org.etcdevent.listener;

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

	void count(DeliveryOutcome outcome, long durationNanos) {
		counter(outcome).increment();
		for (DeliveryListener listener : this.listeners) {
			try {
				listener.onDelivery(this.id, outcome, durationNanos);
			}
			catch (RuntimeException ex) {
				logger.debug("A listener to the deliveries of watch '" + this.id + "' failed", ex);
			}
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

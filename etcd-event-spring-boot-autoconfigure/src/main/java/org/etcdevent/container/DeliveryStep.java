package org.etcdevent.container;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.consumer.Delivery;
import org.etcdevent.consumer.Subscription;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;
import org.etcdevent.listener.EtcdWatchFailure;
import org.etcdevent.listener.RetrySettings;

/**
 * What happens to one delivery: the user's code is called, and the subscription hears how
 * it went. Knows no threads: it does on the caller's whatever is to do.
 *
 * @param <T> the type of the decoded values
 */
final class DeliveryStep<T> {

	private static final Log logger = LogFactory.getLog(DeliveryStep.class);

	private final WatchDefinition<T> definition;

	private final RetrySettings retry;

	private final DeliveryCounts counts;

	private final FailureLog failureLog;

	DeliveryStep(WatchDefinition<T> definition, RetrySettings retry, DeliveryCounts counts, FailureLog failureLog) {
		this.definition = definition;
		this.retry = retry;
		this.counts = counts;
		this.failureLog = failureLog;
	}

	/**
	 * Handles a delivery and answers it. Throws nothing that comes from the user's code.
	 * @param subscription where it was taken
	 * @param delivery what was taken
	 * @param since the {@link System#nanoTime()} from which on the call counts
	 * @param interruptedByStop whether the call was interrupted because the watch stops,
	 * which is not the user's failure
	 * @param stopper stops the watch, with the reason, without waiting
	 */
	void process(Subscription<T> subscription, Delivery<T> delivery, long since, BooleanSupplier interruptedByStop,
			Consumer<String> stopper) {
		if (!this.definition.target().wants(delivery)) {
			settle(delivery, true);
			subscription.handled(delivery);
			return;
		}
		DeliveryListener.Call call = this.counts.begin();
		try {
			this.definition.target().invoke(delivery);
		}
		catch (Throwable ex) {
			if (interruptedByStop.getAsBoolean()) {
				call.end(null, ex);
				subscription.failed(delivery, Duration.ZERO);
				return;
			}
			answerFailure(subscription, delivery, ex, this.counts.durationNanos(since), call, stopper);
			return;
		}
		call.end(DeliveryOutcome.DELIVERED, null);
		this.counts.count(DeliveryOutcome.DELIVERED, this.counts.durationNanos(since));
		settle(delivery, true);
		subscription.handled(delivery);
	}

	private void answerFailure(Subscription<T> subscription, Delivery<T> delivery, Throwable exception,
			long durationNanos, DeliveryListener.Call call, Consumer<String> stopper) {
		Decision decision = decide(delivery, exception);
		boolean retried = decision == Decision.RETRY && !this.retry.isExhausted(delivery.attempt());
		DeliveryOutcome outcome = (retried || decision == Decision.STOP) ? DeliveryOutcome.FAILED
				: DeliveryOutcome.SKIPPED;
		call.end(outcome, exception);
		this.counts.count(outcome, durationNanos);
		if (retried) {
			Duration delay = this.retry.delayAfter(delivery.attempt());
			this.failureLog.failed(delivery.updates(), exception,
					"retrying in " + delay.toMillis() + " ms with the latest value");
			subscription.failed(delivery, delay);
			return;
		}
		if (decision == Decision.STOP) {
			logger.warn("Watch '" + this.definition.id() + "' stops because its error handler says so, after "
					+ exception.getClass().getName(), exception);
			// Stop first, so that no thread takes the delivery again that is returned.
			stopper.accept("stopped by its error handler after " + exception.getClass().getName());
			subscription.failed(delivery, Duration.ZERO);
			return;
		}
		this.failureLog.failed(delivery.updates(), exception,
				"skipped after attempt " + delivery.attempt() + " until the key changes again");
		settle(delivery, false);
		subscription.handled(delivery);
	}

	private Decision decide(Delivery<T> delivery, Throwable exception) {
		try {
			Decision decision = this.definition.errorHandler()
				.decide(new EtcdWatchFailure(this.definition.id(), updates(delivery), exception, delivery.attempt()));
			// User code may not know of nullness.
			return Objects.requireNonNullElse(decision, Decision.RETRY);
		}
		catch (Throwable ex) {
			if (ex != exception) {
				exception.addSuppressed(ex);
			}
			return Decision.RETRY;
		}
	}

	private void settle(Delivery<T> delivery, boolean handled) {
		this.failureLog.settled(delivery.updates(), this.definition.target().mode() != TakeMode.ONE, handled);
	}

	private static List<EtcdUpdate<?>> updates(Delivery<?> delivery) {
		return List.copyOf(delivery.updates());
	}

}

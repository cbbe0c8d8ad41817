package org.etcdevent.actuate;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.DeliveryOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Observes each call of a watch's method, which runs in the observation's scope: what it
 * logs, calls and observes belongs to the same trace. Thread-safe.
 */
public final class EtcdWatchObservations implements DeliveryListener {

	private final ObservationRegistry registry;

	private final @Nullable EtcdWatchObservationConvention convention;

	/**
	 * Observations.
	 * @param registry where they are registered
	 * @param convention how they are named and tagged, {@code null} for what the registry
	 * has for all, or else the default
	 */
	public EtcdWatchObservations(ObservationRegistry registry, @Nullable EtcdWatchObservationConvention convention) {
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public Call onCall(String watchId) {
		EtcdWatchObservationContext context = new EtcdWatchObservationContext(watchId);
		Observation observation = Observation
			.createNotStarted(this.convention, EtcdWatchObservationConvention.DEFAULT, () -> context, this.registry)
			.start();
		Observation.Scope scope = observation.openScope();
		return (outcome, error) -> {
			scope.close();
			context.setOutcome(outcome);
			if (error != null) {
				observation.error(error);
			}
			observation.stop();
		};
	}

	/** The end of the call was reported already. */
	@Override
	public void onDelivery(String watchId, DeliveryOutcome outcome, long durationNanos) {
	}

}

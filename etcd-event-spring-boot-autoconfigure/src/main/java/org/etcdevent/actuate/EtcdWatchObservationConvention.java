package org.etcdevent.actuate;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import org.etcdevent.listener.DeliveryOutcome;

/**
 * How observations of the calls of watches' methods are named and tagged. Applications
 * may define a bean of this type, which takes the place of the default: what it does not
 * override is as there. There are no high-cardinality key values.
 */
public interface EtcdWatchObservationConvention extends ObservationConvention<EtcdWatchObservationContext> {

	/** What there is if the application defines none. */
	EtcdWatchObservationConvention DEFAULT = new EtcdWatchObservationConvention() {
	};

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof EtcdWatchObservationContext;
	}

	@Override
	default String getName() {
		return "etcd.watch.delivery";
	}

	@Override
	default String getContextualName(EtcdWatchObservationContext context) {
		return context.getWatchId() + " deliver";
	}

	/**
	 * The key values {@code watch}, the id, and {@code outcome}: {@code success},
	 * {@code failure} or {@code skipped}, as in the meters, and {@code none} while the
	 * call runs or where the stop of the watch interrupted it.
	 */
	@Override
	default KeyValues getLowCardinalityKeyValues(EtcdWatchObservationContext context) {
		DeliveryOutcome outcome = context.getOutcome();
		return KeyValues.of(KeyValue.of("watch", context.getWatchId()),
				KeyValue.of("outcome", (outcome != null) ? OutcomeTag.of(outcome) : KeyValue.NONE_VALUE));
	}

}

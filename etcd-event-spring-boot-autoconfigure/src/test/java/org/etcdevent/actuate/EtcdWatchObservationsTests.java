package org.etcdevent.actuate;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.etcdevent.listener.DeliveryListener.Call;
import org.etcdevent.listener.DeliveryOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EtcdWatchObservations}.
 */
class EtcdWatchObservationsTests {

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final List<Observation.Context> stopped = new ArrayList<>();

	@BeforeEach
	void setUp() {
		this.registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public void onStop(Observation.Context context) {
				EtcdWatchObservationsTests.this.stopped.add(context);
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
	}

	@Test
	void aCallRunsInAScopeOfItsOwn() {
		EtcdWatchObservations observations = new EtcdWatchObservations(this.registry, null);
		Call call = observations.onCall("flags");
		assertThat(this.registry.getCurrentObservation()).isNotNull();
		call.end(DeliveryOutcome.DELIVERED, null);
		assertThat(this.registry.getCurrentObservation()).isNull();
		Observation.Context context = this.stopped.get(0);
		assertThat(context.getName()).isEqualTo("etcd.watch.delivery");
		assertThat(context.getContextualName()).isEqualTo("flags deliver");
		assertThat(context.getLowCardinalityKeyValues()).containsExactlyInAnyOrder(KeyValue.of("watch", "flags"),
				KeyValue.of("outcome", "success"));
		assertThat(context.getHighCardinalityKeyValues()).isEmpty();
		assertThat(context.getError()).isNull();
	}

	@Test
	void aFailureIsRecorded() {
		EtcdWatchObservations observations = new EtcdWatchObservations(this.registry, null);
		IllegalStateException failure = new IllegalStateException("bad");
		observations.onCall("flags").end(DeliveryOutcome.FAILED, failure);
		observations.onCall("flags").end(DeliveryOutcome.SKIPPED, failure);
		observations.onCall("flags").end(null, failure);
		assertThat(this.stopped)
			.extracting((context) -> context.getLowCardinalityKeyValue("outcome").getValue() + " " + context.getError())
			.containsExactly("failure " + failure, "skipped " + failure, "none " + failure);
	}

	@Test
	void aConventionNamesItOtherwise() {
		EtcdWatchObservations observations = new EtcdWatchObservations(this.registry,
				new EtcdWatchObservationConvention() {

					@Override
					public String getName() {
						return "flags";
					}

				});
		observations.onCall("flags").end(DeliveryOutcome.DELIVERED, null);
		assertThat(this.stopped.get(0).getName()).isEqualTo("flags");
	}

	@Test
	void aConventionOfTheRegistryNamesItWhereThereIsNoOther() {
		this.registry.observationConfig().observationConvention(new GlobalConvention());
		new EtcdWatchObservations(this.registry, null).onCall("flags").end(DeliveryOutcome.DELIVERED, null);
		assertThat(this.stopped.get(0).getName()).isEqualTo("global");
	}

	private static final class GlobalConvention implements GlobalObservationConvention<EtcdWatchObservationContext> {

		@Override
		public String getName() {
			return "global";
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof EtcdWatchObservationContext;
		}

	}

}

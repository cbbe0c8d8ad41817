package org.etcdevent.actuate;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link EtcdWatchMetrics}.
 */
class EtcdWatchMetricsTests {

	private final EtcdWatchRegistry watches = mock(EtcdWatchRegistry.class);

	private final List<EtcdWatchContainerStatus> present = new ArrayList<>();

	private final EtcdWatchMetrics metrics = new EtcdWatchMetrics(() -> this.watches);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@BeforeEach
	void setUp() {
		given(this.watches.statuses()).willReturn(this.present);
	}

	@Test
	void watchesFromBeforeAndAfterTheBindingHaveMeters() {
		add("one", KeyRange.prefix("a/"));
		this.metrics.bindTo(this.registry);
		assertThat(watchTags()).containsOnly("one");
		add("two", KeyRange.prefix("b/"));
		assertThat(watchTags()).containsOnly("one", "two");
		this.metrics.onDelivery("two", DeliveryOutcome.DELIVERED, 1);
		assertThat(
				this.registry.get("etcd.watch.deliveries").tags("watch", "two", "outcome", "success").timer().count())
			.isEqualTo(1);
	}

	@Test
	void everyRegistryHasMeters() {
		SimpleMeterRegistry other = new SimpleMeterRegistry();
		this.metrics.bindTo(this.registry);
		this.metrics.bindTo(other);
		add("one", KeyRange.prefix("a/"));
		this.metrics.onDelivery("one", DeliveryOutcome.FAILED, 1);
		assertThat(this.registry.get("etcd.watch.deliveries").tag("outcome", "failure").timer().count()).isEqualTo(1);
		assertThat(other.get("etcd.watch.deliveries").tag("outcome", "failure").timer().count()).isEqualTo(1);
	}

	@Test
	void removedWatchesLeaveNoMeter() {
		this.metrics.bindTo(this.registry);
		add("one", KeyRange.prefix("a/"));
		add("two", KeyRange.prefix("b/"));
		this.present.removeIf((watch) -> watch.id().equals("one"));
		this.metrics.onWatchesChanged();
		this.metrics.onDelivery("one", DeliveryOutcome.DELIVERED, 1);
		assertThat(watchTags()).containsOnly("two");
	}

	@Test
	void aWatchThatTookTheIdOfAnotherHasMetersOfItsOwn() {
		this.metrics.bindTo(this.registry);
		add("one", KeyRange.prefix("a/"));
		this.present.clear();
		add("one", KeyRange.prefix("b/"));
		assertThat(this.registry.getMeters()).extracting((meter) -> meter.getId().getTag("range"))
			.containsOnly(KeyRange.prefix("b/").toString());
	}

	private void add(String id, KeyRange range) {
		this.present.add(new EtcdWatchContainerStatus(id, range, true, false, null, 0, 0, 0, null, List.of(), null));
		this.metrics.onWatchesChanged();
	}

	private List<String> watchTags() {
		return this.registry.getMeters().stream().map(Meter::getId).map((meter) -> meter.getTag("watch")).toList();
	}

}

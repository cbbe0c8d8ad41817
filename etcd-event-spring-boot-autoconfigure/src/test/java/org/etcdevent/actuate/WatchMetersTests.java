package org.etcdevent.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchMeters}.
 */
class WatchMetersTests {

	private static final KeyRange RANGE = KeyRange.prefix("flags/");

	private final AtomicReference<EtcdWatchContainerStatus> status = new AtomicReference<>(status(0));

	private final WatchMeters meters = new WatchMeters("flags", RANGE, this.status::get);

	private final MeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void showTheStatus() {
		this.meters.bindTo(this.registry);
		this.status.set(status(1));
		assertThat(gauge("etcd.watch.backlog")).isEqualTo(3);
		assertThat(gauge("etcd.watch.revision")).isEqualTo(42);
		assertThat(gauge("etcd.watch.reconnect.attempts")).isEqualTo(2);
		assertThat(gauge("etcd.watch.undecodable")).isEqualTo(4);
		assertThat(this.registry.get("etcd.watch.staleness").timeGauge().value(TimeUnit.SECONDS)).isEqualTo(1.5);
		assertThat(counter("etcd.watch.reconnects")).isEqualTo(1);
		assertThat(counter("etcd.watch.events")).isEqualTo(100);
		assertThat(counter("etcd.watch.coalesced")).isEqualTo(10);
		assertThat(counter("etcd.watch.resyncs", "reason", "compacted")).isEqualTo(1);
		assertThat(counter("etcd.watch.resyncs", "reason", "epoch")).isZero();
		assertThat(counter("etcd.watch.resyncs", "reason", "audit")).isZero();
		assertThat(counter("etcd.watch.resyncs", "reason", "silent")).isZero();
		assertThat(counter("etcd.watch.errors", "kind", "decoding")).isEqualTo(5);
		assertThat(counter("etcd.watch.errors", "kind", "handler")).isEqualTo(3);
		assertThat(this.registry.getMeters()).isNotEmpty().allSatisfy((meter) -> {
			assertThat(meter.getId().getTag("watch")).isEqualTo("flags");
			assertThat(meter.getId().getTag("range")).isEqualTo(RANGE.toString());
		});
	}

	@Test
	void countCallsAndFailures() {
		this.meters.bindTo(this.registry);
		this.meters.delivered(DeliveryOutcome.DELIVERED, 20);
		this.meters.delivered(DeliveryOutcome.FAILED, 10);
		this.meters.delivered(DeliveryOutcome.FAILED, 10);
		assertThat(this.registry.get("etcd.watch.deliveries").tag("outcome", "success").timer().count()).isEqualTo(1);
		assertThat(this.registry.get("etcd.watch.deliveries").tag("outcome", "failure").timer().count()).isEqualTo(2);
		assertThat(this.registry.get("etcd.watch.deliveries").tag("outcome", "skipped").timer().count()).isZero();
	}

	@Test
	void keepTheirCountsWhileTheWatchIsStopped() {
		this.meters.bindTo(this.registry);
		this.status.set(status(2));
		assertThat(counter("etcd.watch.events")).isEqualTo(200);
		this.status.set(stopped());
		assertThat(counter("etcd.watch.events")).isEqualTo(200);
		assertThat(gauge("etcd.watch.backlog")).isNaN();
		assertThat(counter("etcd.watch.errors", "kind", "handler")).isEqualTo(6);
		this.status.set(null);
		assertThat(counter("etcd.watch.errors", "kind", "handler")).isEqualTo(6);
		this.status.set(status(1));
		assertThat(counter("etcd.watch.events")).isEqualTo(300);
	}

	@Test
	void showWhetherTheWatchStoppedByItself() {
		this.meters.bindTo(this.registry);
		this.status.set(status(1));
		assertThat(gauge("etcd.watch.down")).isZero();
		this.status.set(stopped());
		assertThat(gauge("etcd.watch.down")).isZero();
		this.status.set(stopped("stopped by its error handler"));
		assertThat(gauge("etcd.watch.down")).isOne();
		assertThat(gauge("etcd.watch.backlog")).isNaN();
		this.status.set(status(1));
		assertThat(gauge("etcd.watch.down")).isZero();
		this.status.set(null);
		assertThat(gauge("etcd.watch.down")).isNaN();
	}

	@Test
	void countersNeverFallWhenTheWatchIsStartedAgain() {
		MeterRegistry other = new SimpleMeterRegistry();
		this.meters.bindTo(this.registry);
		this.meters.bindTo(other);
		this.status.set(status(2));
		assertThat(counter("etcd.watch.events")).isEqualTo(200);
		this.status.set(status(1));
		assertThat(counter("etcd.watch.events")).isEqualTo(300);
		assertThat(other.get("etcd.watch.events").functionCounter().count()).isEqualTo(300);
		this.status.set(status(3));
		assertThat(counter("etcd.watch.events")).isEqualTo(500);
	}

	@Test
	void goWithTheWatch() {
		this.meters.bindTo(this.registry);
		this.meters.remove();
		this.meters.delivered(DeliveryOutcome.DELIVERED, 20);
		assertThat(this.registry.getMeters()).isEmpty();
	}

	private double gauge(String name) {
		return this.registry.get(name).gauge().value();
	}

	private double counter(String name, String... tags) {
		return this.registry.get(name).tags(tags).functionCounter().count();
	}

	private static EtcdWatchContainerStatus status(long times) {
		WatchStatus watch = new WatchStatus(RANGE, EtcdWatchState.LIVE, 42 * times, Duration.ofMillis(1500), 3, 2,
				times, Map.of("compacted", times), 100 * times, 10 * times, 5 * times, 4, null, null);
		return new EtcdWatchContainerStatus("flags", RANGE, true, false, watch, 7, 2, 1, null, List.of(), null);
	}

	private static EtcdWatchContainerStatus stopped() {
		return stopped(null);
	}

	private static EtcdWatchContainerStatus stopped(@Nullable String cause) {
		return new EtcdWatchContainerStatus("flags", RANGE, false, false, null, 7, 4, 2, null, List.of(), cause);
	}

}

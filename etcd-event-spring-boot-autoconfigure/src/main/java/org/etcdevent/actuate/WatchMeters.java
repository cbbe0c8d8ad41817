package org.etcdevent.actuate;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one watch. Each reads a snapshot of the watch's status when it is asked.
 * While the watch is stopped, gauges show {@code NaN}, but for that which says so, and
 * counters what they had reached.
 */
final class WatchMeters {

	/** Known in advance, so that alerts on them have a zero to start from. */
	private static final List<String> RESYNC_REASONS = List.of("audit", "behind", "compacted", "epoch", "silent");

	private final KeyRange range;

	private final Tags tags;

	private final Supplier<@Nullable EtcdWatchContainerStatus> status;

	/** Shared by all registries, each of which asks at times of its own. */
	private final Map<String, MonotonicTotal> totals = new ConcurrentHashMap<>();

	private final Map<MeterRegistry, Meters> bound = new ConcurrentHashMap<>();

	/**
	 * Meters that are bound to nothing yet.
	 * @param id the id of the watch
	 * @param range the range that it watches
	 * @param status what it is doing at the moment, {@code null} if it is not there any
	 * more
	 */
	WatchMeters(String id, KeyRange range, Supplier<@Nullable EtcdWatchContainerStatus> status) {
		this.range = range;
		this.tags = Tags.of("watch", id, "range", range.toString());
		this.status = status;
	}

	KeyRange range() {
		return this.range;
	}

	void bindTo(MeterRegistry registry) {
		this.bound.computeIfAbsent(registry, this::register);
	}

	void remove() {
		this.bound.forEach((registry, meters) -> meters.all().forEach(registry::remove));
		this.bound.clear();
	}

	void delivered(DeliveryOutcome outcome, long durationNanos) {
		this.bound.values().forEach((meters) -> meters.deliveries(outcome).record(durationNanos, TimeUnit.NANOSECONDS));
	}

	private Meters register(MeterRegistry registry) {
		Map<DeliveryOutcome, Timer> deliveries = new EnumMap<>(DeliveryOutcome.class);
		for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
			deliveries.put(outcome,
					Timer.builder("etcd.watch.deliveries")
						.description("Calls of the method")
						.tags(this.tags.and("outcome", OutcomeTag.of(outcome)))
						.register(registry));
		}
		List<Meter> all = Stream
			.of(gauges(registry), counters(registry), errors(registry), deliveries.values().stream())
			.<Meter>flatMap(Function.identity())
			.toList();
		return new Meters(all, deliveries);
	}

	private Stream<Meter> gauges(MeterRegistry registry) {
		return Stream.of(
				gauge(registry, "etcd.watch.backlog", "Keys with changes that are not handled", WatchStatus::backlog),
				gauge(registry, "etcd.watch.revision", "Revision up to which all changes are known",
						WatchStatus::revision),
				gauge(registry, "etcd.watch.undecodable", "Keys whose latest value cannot be decoded",
						WatchStatus::undecodable),
				Gauge.builder("etcd.watch.down", this, WatchMeters::down)
					.description("1 if its error handler stopped the watch, or it could not be started")
					.tags(this.tags)
					.register(registry),
				gauge(registry, "etcd.watch.reconnect.attempts",
						"Consecutive failed attempts to restore the connection", WatchStatus::reconnectAttempts),
				TimeGauge
					.builder("etcd.watch.staleness", this, TimeUnit.SECONDS,
							(meters) -> meters.gauge((now) -> now.age().toNanos() / 1e9))
					.description("Time since etcd last confirmed what is known")
					.tags(this.tags)
					.register(registry));
	}

	private Stream<Meter> counters(MeterRegistry registry) {
		Stream<Meter> counters = Stream.of(
				counter(registry, "etcd.watch.reconnects", "Times the connection was restored", Tags.empty(),
						inEtcd(WatchStatus::reconnects)),
				counter(registry, "etcd.watch.events", "Events received from etcd", Tags.empty(),
						inEtcd(WatchStatus::received)),
				counter(registry, "etcd.watch.coalesced", "Changes coalesced before they were handled", Tags.empty(),
						inEtcd(WatchStatus::coalesced)));
		Stream<Meter> resyncs = RESYNC_REASONS.stream()
			.map((reason) -> counter(registry, "etcd.watch.resyncs", "Times the range was read again",
					Tags.of("reason", reason), inEtcd((now) -> now.resyncs().getOrDefault(reason, 0L))));
		return Stream.concat(counters, resyncs);
	}

	private Stream<Meter> errors(MeterRegistry registry) {
		String description = "Values that could not be decoded, and calls that failed";
		return Stream.of(
				counter(registry, "etcd.watch.errors", description, Tags.of("kind", "decoding"),
						inEtcd(WatchStatus::decodingErrors)),
				counter(registry, "etcd.watch.errors", description, Tags.of("kind", "handler"),
						(watch) -> watch.failed() + watch.skipped()));
	}

	private Gauge gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<WatchStatus> value) {
		return Gauge.builder(name, this, (meters) -> meters.gauge(value))
			.description(description)
			.tags(this.tags)
			.register(registry);
	}

	private double gauge(ToDoubleFunction<WatchStatus> value) {
		EtcdWatchContainerStatus watch = this.status.get();
		return (watch != null && watch.watch() != null) ? value.applyAsDouble(watch.watch()) : Double.NaN;
	}

	/** What was stopped on purpose is not down. */
	private double down() {
		EtcdWatchContainerStatus watch = this.status.get();
		return (watch == null) ? Double.NaN : (!watch.running() && watch.stopCause() != null) ? 1 : 0;
	}

	private FunctionCounter counter(MeterRegistry registry, String name, String description, Tags more,
			Function<EtcdWatchContainerStatus, @Nullable Long> value) {
		MonotonicTotal total = this.totals.computeIfAbsent(name + more, (key) -> new MonotonicTotal());
		return FunctionCounter.builder(name, this, (meters) -> total.update(() -> meters.count(value)))
			.description(description)
			.tags(this.tags.and(more))
			.register(registry);
	}

	private @Nullable Long count(Function<EtcdWatchContainerStatus, @Nullable Long> value) {
		EtcdWatchContainerStatus watch = this.status.get();
		return (watch != null) ? value.apply(watch) : null;
	}

	private static Function<EtcdWatchContainerStatus, @Nullable Long> inEtcd(ToLongFunction<WatchStatus> value) {
		return (watch) -> (watch.watch() != null) ? value.applyAsLong(watch.watch()) : null;
	}

	/**
	 * What one registry has of the watch.
	 */
	private record Meters(List<Meter> all, Map<DeliveryOutcome, Timer> deliveries) {

		Timer deliveries(DeliveryOutcome outcome) {
			Timer timer = this.deliveries.get(outcome);
			if (timer == null) {
				throw new IllegalArgumentException("No timer for " + outcome);
			}
			return timer;
		}

	}

}

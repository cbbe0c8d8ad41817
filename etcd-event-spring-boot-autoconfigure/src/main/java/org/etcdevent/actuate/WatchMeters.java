package org.etcdevent.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import org.etcdevent.KeyRange;
import org.etcdevent.core.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one watch. Each reads a snapshot of the watch's status when it is asked.
 */
final class WatchMeters {

	/** Known in advance, so that alerts on them have a zero to start from. */
	private static final List<String> RESYNC_REASONS = List.of("behind", "compacted", "epoch");

	private final Tags tags;

	private final Supplier<WatchStatus> status;

	private final LongAdder failures = new LongAdder();

	/** Shared by all registries, each of which asks at times of its own. */
	private final Map<String, Total> totals = new ConcurrentHashMap<>();

	private final Map<MeterRegistry, Meters> bound = new ConcurrentHashMap<>();

	WatchMeters(String id, KeyRange range, Supplier<WatchStatus> status) {
		this.tags = Tags.of("watch", id, "range", range.toString());
		this.status = status;
	}

	void bindTo(MeterRegistry registry) {
		this.bound.computeIfAbsent(registry, this::register);
	}

	void remove() {
		this.bound.forEach((registry, meters) -> meters.all().forEach(registry::remove));
		this.bound.clear();
	}

	void delivered(Outcome outcome, Duration duration) {
		if (outcome == Outcome.FAILURE) {
			this.failures.increment();
		}
		this.bound.values().forEach((meters) -> meters.timer(outcome).record(duration));
	}

	private Meters register(MeterRegistry registry) {
		List<Meter> registered = new ArrayList<>();
		registered.add(gauge(registry, "etcd.watch.backlog", "keys", "Keys with changes that are not handled",
				WatchStatus::backlog));
		registered.add(gauge(registry, "etcd.watch.revision", null, "Revision up to which all changes are known",
				WatchStatus::revision));
		registered.add(gauge(registry, "etcd.watch.reconnect.attempts", null,
				"Failed attempts in a row to restore the connection", WatchStatus::reconnectAttempts));
		registered.add(TimeGauge
			.builder("etcd.watch.staleness", this, TimeUnit.SECONDS, (watch) -> seconds(watch.status.get().age()))
			.description("Time since etcd last confirmed what is known")
			.tags(this.tags)
			.register(registry));
		registered.add(counter(registry, "etcd.watch.reconnects", Tags.empty(), "Times the connection was restored",
				WatchStatus::reconnects));
		registered.add(counter(registry, "etcd.watch.events", Tags.empty(), "Events received from etcd",
				WatchStatus::received));
		registered.add(counter(registry, "etcd.watch.coalesced", Tags.empty(),
				"Changes folded away before they were handled", WatchStatus::coalesced));
		for (String reason : RESYNC_REASONS) {
			registered.add(counter(registry, "etcd.watch.resyncs", Tags.of("reason", reason),
					"Times the range was read again", (now) -> now.resyncs().getOrDefault(reason, 0L)));
		}
		String errors = "Changes that could not be decoded, and calls that failed";
		registered.add(counter(registry, "etcd.watch.errors", Tags.of("kind", "decoding"), errors,
				WatchStatus::decodingErrors));
		registered.add(counter(registry, "etcd.watch.errors", Tags.of("kind", "handler"), errors,
				(now) -> this.failures.sum()));
		Timer success = timer(registry, Outcome.SUCCESS);
		Timer failure = timer(registry, Outcome.FAILURE);
		registered.addAll(List.of(success, failure));
		return new Meters(List.copyOf(registered), success, failure);
	}

	private Gauge gauge(MeterRegistry registry, String name, @Nullable String unit, String description,
			ToDoubleFunction<WatchStatus> value) {
		return Gauge.builder(name, this, (watch) -> value.applyAsDouble(watch.status.get()))
			.baseUnit(unit)
			.description(description)
			.tags(this.tags)
			.register(registry);
	}

	private FunctionCounter counter(MeterRegistry registry, String name, Tags more, String description,
			ToLongFunction<WatchStatus> value) {
		Total total = this.totals.computeIfAbsent(name + more, (key) -> new Total());
		return FunctionCounter.builder(name, this, (watch) -> total.update(() -> value.applyAsLong(watch.status.get())))
			.description(description)
			.tags(this.tags.and(more))
			.register(registry);
	}

	private Timer timer(MeterRegistry registry, Outcome outcome) {
		return Timer.builder("etcd.watch.deliveries")
			.description("Calls of the method")
			.tags(this.tags.and("outcome", outcome.tag()))
			.register(registry);
	}

	private static double seconds(Duration duration) {
		return duration.toNanos() / 1e9;
	}

	/**
	 * How a call ended.
	 */
	enum Outcome {

		SUCCESS("success"), FAILURE("failure");

		private final String tag;

		Outcome(String tag) {
			this.tag = tag;
		}

		String tag() {
			return this.tag;
		}

	}

	/**
	 * What one registry has of the watch.
	 */
	private record Meters(List<Meter> all, Timer success, Timer failure) {

		Timer timer(Outcome outcome) {
			return (outcome == Outcome.SUCCESS) ? this.success : this.failure;
		}

	}

}

package org.etcdevent.actuate;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.etcdevent.EtcdFreshness;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.consumer.StatusSource;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up while every watch and value knows its range, and etcd has confirmed that not too
 * long ago: through a short outage data is still served. What was paused, stopped or
 * closed on purpose does not count; what stopped by itself does. Asks etcd nothing: it
 * looks at what is known already.
 */
public final class EtcdHealthIndicator extends AbstractHealthIndicator {

	private final EtcdWatchRegistry watches;

	private final Supplier<Map<String, EtcdValue<?>>> values;

	private final Duration staleAfter;

	/**
	 * The health of watches and values.
	 * @param watches the registry of the watches
	 * @param values gives the values that were started, by their name
	 * @param staleAfter the age from which on what is known is too old
	 */
	public EtcdHealthIndicator(EtcdWatchRegistry watches, Supplier<Map<String, EtcdValue<?>>> values,
			Duration staleAfter) {
		super("The health of the etcd watches could not be determined");
		this.watches = watches;
		this.values = values;
		this.staleAfter = staleAfter;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		Map<String, Object> watches = new LinkedHashMap<>();
		for (EtcdWatchContainerStatus watch : this.watches.statuses()) {
			watches.put(watch.id(), checked(builder, details(watch), problem(watch)));
		}
		Map<String, Object> values = new LinkedHashMap<>();
		this.values.get()
			.forEach((name, value) -> values.put(name, checked(builder, details(value), problem(value.freshness()))));
		builder.withDetail("watches", watches).withDetail("values", values);
	}

	private static Map<String, Object> checked(Health.Builder builder, Map<String, Object> details,
			@Nullable String problem) {
		if (problem != null) {
			builder.down();
			details.put("problem", problem);
		}
		return details;
	}

	private @Nullable String problem(EtcdWatchContainerStatus watch) {
		if (!watch.running()) {
			return watch.stopCause();
		}
		WatchStatus status = watch.watch();
		return (status != null && !watch.paused()) ? problem(status.revision(), status.age()) : null;
	}

	private @Nullable String problem(EtcdFreshness freshness) {
		return (freshness.state() != EtcdWatchState.IDLE) ? problem(freshness.revision(), freshness.age()) : null;
	}

	private @Nullable String problem(long revision, Duration age) {
		if (revision == 0) {
			return "its initial state is not known yet";
		}
		if (age.compareTo(this.staleAfter) > 0) {
			return "etcd did not confirm it for longer than " + this.staleAfter + " (etcd.event.health.stale-after)";
		}
		return null;
	}

	private static Map<String, Object> details(EtcdWatchContainerStatus watch) {
		WatchStatus status = watch.watch();
		Map<String, Object> details = (status != null) ? details(status) : details(watch.range(), watch.state());
		if (watch.paused()) {
			details.put("paused", true);
		}
		if (!watch.running()) {
			details.put("stopped", true);
		}
		return details;
	}

	private static Map<String, Object> details(EtcdValue<?> value) {
		if (value instanceof StatusSource source) {
			return details(source.status());
		}
		EtcdFreshness freshness = value.freshness();
		Map<String, Object> details = details(value.range(), freshness.state());
		details.put("revision", freshness.revision());
		details.put("age", age(freshness.age()));
		return details;
	}

	private static Map<String, Object> details(WatchStatus status) {
		Map<String, Object> details = details(status.range(), status.state());
		details.put("revision", status.revision());
		details.put("age", age(status.age()));
		details.put("backlog", status.backlog());
		if (status.lastError() != null) {
			details.put("lastError", status.lastError());
		}
		return details;
	}

	private static Map<String, Object> details(KeyRange range, EtcdWatchState state) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("range", range.toString());
		details.put("state", state.name());
		return details;
	}

	private static String age(Duration age) {
		return age.truncatedTo(ChronoUnit.MILLIS).toString();
	}

}

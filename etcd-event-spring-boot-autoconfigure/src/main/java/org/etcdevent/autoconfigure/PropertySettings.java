package org.etcdevent.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

import org.etcdevent.feed.FeedSettings;
import org.etcdevent.listener.EtcdWatchSettings;
import org.etcdevent.listener.RetrySettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the other packages from properties, checked.
 */
final class PropertySettings {

	/** Beyond that, clocks that count nanoseconds overflow. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private static final Duration SHORTEST_LIVENESS = Duration.ofSeconds(1);

	private static final Duration SHORTEST_AUDIT = Duration.ofMinutes(1);

	private PropertySettings() {
	}

	static FeedSettings feeds(EtcdProperties properties) {
		Duration livenessTimeout = notNegative(EtcdProperties.PREFIX + ".liveness-timeout",
				properties.getLivenessTimeout());
		if (livenessTimeout.compareTo(SHORTEST_LIVENESS) < 0) {
			throw invalid(EtcdProperties.PREFIX + ".liveness-timeout", livenessTimeout,
					"It must be at least 1 second, or a busy etcd would be taken for a dead one.");
		}
		int pageSize = properties.getRead().getPageSize();
		if (pageSize < 1) {
			throw invalid(EtcdProperties.PREFIX + ".read.page-size", pageSize, "A page has at least one key.");
		}
		DataSize pageBytes = properties.getRead().getPageBytes();
		if (pageBytes.toBytes() < 1) {
			throw invalid(EtcdProperties.PREFIX + ".read.page-bytes", pageBytes, "It must be positive.");
		}
		return new FeedSettings(livenessTimeout, pageSize, pageBytes.toBytes(), auditInterval(properties));
	}

	private static @Nullable Duration auditInterval(EtcdProperties properties) {
		String property = EtcdProperties.PREFIX + ".audit-interval";
		Duration interval = properties.getAuditInterval();
		if (interval == null) {
			return null;
		}
		if (interval.compareTo(SHORTEST_AUDIT) < 0) {
			throw invalid(property, interval,
					"It must be at least 1 minute, for etcd goes through all keys of a range to count them."
							+ " Leave it out to have no audits.");
		}
		return notNegative(property, interval);
	}

	/**
	 * What goes before every key.
	 * @return the namespace's bytes, none if there is no namespace
	 */
	static byte[] namespace(EtcdProperties properties) {
		String property = EtcdProperties.PREFIX + ".namespace";
		String namespace = Objects.requireNonNullElse(properties.getNamespace(), "");
		if (!namespace.strip().equals(namespace)) {
			throw invalid(property, namespace, "It begins or ends with white space, which would be part of every key.");
		}
		if (namespace.endsWith("*")) {
			throw invalid(property, namespace, "It is a prefix by itself: leave the '*' out.");
		}
		return namespace.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * How large an answer of etcd may be.
	 * @return the number of bytes
	 */
	static int maxInboundMessageSize(EtcdProperties properties) {
		DataSize size = properties.getMaxInboundMessageSize();
		if (size == null) {
			return Integer.MAX_VALUE;
		}
		if (size.toBytes() < 1 || size.toBytes() > Integer.MAX_VALUE) {
			throw invalid(EtcdProperties.PREFIX + ".max-inbound-message-size", size,
					"It must be positive and less than 2 GB. Leave it out to have no limit.");
		}
		return (int) size.toBytes();
	}

	static Duration syncTimeout(EtcdProperties properties) {
		return notNegative(EtcdProperties.PREFIX + ".sync-timeout", properties.getSyncTimeout());
	}

	static Duration healthStaleAfter(EtcdProperties properties) {
		String property = EtcdProperties.PREFIX + ".health.stale-after";
		Duration staleAfter = notNegative(property, properties.getHealth().getStaleAfter());
		Duration livenessTimeout = properties.getLivenessTimeout();
		if (staleAfter.compareTo(livenessTimeout) < 0) {
			throw invalid(property, staleAfter, "It must not be shorter than 'etcd.event.liveness-timeout' ("
					+ livenessTimeout + "), for an idle etcd may be silent that long.");
		}
		return staleAfter;
	}

	static EtcdWatchSettings watches(EtcdProperties.Watch properties) {
		String prefix = EtcdProperties.PREFIX + ".watch";
		return new EtcdWatchSettings(retries(properties.getRetry()), properties.getStartup(),
				notNegative(prefix + ".startup-timeout", properties.getStartupTimeout()),
				notNegative(prefix + ".shutdown-timeout", properties.getShutdownTimeout()),
				positive(prefix + ".slow-handler", properties.getSlowHandler()));
	}

	private static RetrySettings retries(EtcdProperties.Retry properties) {
		String prefix = EtcdProperties.PREFIX + ".watch.retry";
		Duration initialInterval = positive(prefix + ".initial-interval", properties.getInitialInterval());
		double multiplier = properties.getMultiplier();
		if (!(multiplier >= 1) || Double.isInfinite(multiplier)) {
			throw invalid(prefix + ".multiplier", multiplier, "It must be at least 1.");
		}
		Duration maxInterval = positive(prefix + ".max-interval", properties.getMaxInterval());
		if (maxInterval.compareTo(initialInterval) < 0) {
			throw invalid(prefix + ".max-interval", maxInterval,
					"It must not be shorter than the initial interval of " + initialInterval + ".");
		}
		if (properties.getMaxAttempts() < 0) {
			throw invalid(prefix + ".max-attempts", properties.getMaxAttempts(),
					"It must be positive, or 0 for no limit.");
		}
		return new RetrySettings(initialInterval, multiplier, maxInterval, properties.getMaxAttempts());
	}

	private static Duration positive(String property, Duration value) {
		if (value.isZero()) {
			throw invalid(property, value, "It must be longer than nothing.");
		}
		return notNegative(property, value);
	}

	private static Duration notNegative(String property, Duration value) {
		if (value.isNegative()) {
			throw invalid(property, value, "It must not be negative.");
		}
		if (value.compareTo(LONGEST) > 0) {
			throw invalid(property, value, "It must not be longer than 100 years.");
		}
		return value;
	}

	private static InvalidConfigurationPropertyValueException invalid(String property, Object value, String reason) {
		return new InvalidConfigurationPropertyValueException(property, value, reason);
	}

}

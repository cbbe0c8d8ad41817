package org.etcdevent.autoconfigure;

import java.time.Duration;

import org.etcdevent.listener.EtcdWatchSettings;
import org.etcdevent.listener.RetrySettings;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Settings of the other rooms from properties, checked.
 */
final class PropertySettings {

	/** Beyond that, clocks that count nanoseconds overflow. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private PropertySettings() {
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

	static Duration positive(String property, Duration value) {
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

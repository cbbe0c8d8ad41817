package org.etcdevent.listener;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * How long a failed update waits before its method is called again: exponential, counted
 * for each key by itself. Immutable.
 *
 * @param initialInterval the wait after the first failure, positive
 * @param multiplier by what each further consecutive failure multiplies it, at least 1
 * @param maxInterval the longest wait, not shorter than the first
 * @param maxAttempts after how many consecutive attempts an update is skipped, 0 for
 * never
 */
public record RetrySettings(Duration initialInterval, double multiplier, Duration maxInterval, int maxAttempts) {

	/**
	 * Checks the settings.
	 * @throws IllegalArgumentException if one of them is outside of its bounds
	 */
	public RetrySettings {
		Assert.isTrue(initialInterval.toNanos() > 0, "'initialInterval' must be positive");
		Assert.isTrue(multiplier >= 1, "'multiplier' must be at least 1");
		Assert.isTrue(maxInterval.compareTo(initialInterval) >= 0, "'maxInterval' must not be below 'initialInterval'");
		Assert.isTrue(maxAttempts >= 0, "'maxAttempts' must not be negative");
	}

	/**
	 * The defaults: 500 ms, doubled up to 30 s, for ever.
	 * @return the settings
	 */
	public static RetrySettings defaults() {
		return new RetrySettings(Duration.ofMillis(500), 2, Duration.ofSeconds(30), 0);
	}

	/**
	 * How long to wait after a failure.
	 * @param attempt the number of consecutive attempts, including the one that failed
	 * @return the wait before the next attempt
	 */
	public Duration delayAfter(int attempt) {
		double nanos = this.initialInterval.toNanos() * Math.pow(this.multiplier, Math.max(0, attempt - 1));
		long longest = this.maxInterval.toNanos();
		return Duration.ofNanos((nanos < longest) ? (long) nanos : longest);
	}

	/**
	 * Whether the update is to be skipped.
	 * @param attempt the number of consecutive attempts, including the one that failed
	 * @return {@code false} if there is to be another attempt
	 */
	public boolean isExhausted(int attempt) {
		return this.maxAttempts > 0 && attempt >= this.maxAttempts;
	}

}

package org.etcdevent.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;

import org.etcdevent.listener.RetrySettings;

/**
 * Any settings of retries, and what they are to mean, said in another way than where it
 * is implemented.
 */
final class Retries {

	private final long first;

	private final int multiplier;

	private final long longest;

	private final int maxAttempts;

	Retries(Profile.Calls calls, RandomGenerator random) {
		this.first = Duration.ofMillis(calls.firstRetry().draw(random)).toNanos();
		this.multiplier = calls.multiplier().draw(random);
		this.longest = this.first + Duration.ofMillis(calls.furtherRetry().draw(random)).toNanos();
		this.maxAttempts = calls.limited().happens(random) ? calls.attempts().draw(random) : 0;
	}

	RetrySettings settings() {
		return new RetrySettings(Duration.ofNanos(this.first), this.multiplier, Duration.ofNanos(this.longest),
				this.maxAttempts);
	}

	boolean isExhausted(int attempt) {
		return this.maxAttempts != 0 && attempt >= this.maxAttempts;
	}

	long delayAfter(int attempt) {
		long delay = this.first;
		for (int i = 1; i < attempt && delay < this.longest; i++) {
			delay *= this.multiplier;
		}
		return Math.min(delay, this.longest);
	}

}

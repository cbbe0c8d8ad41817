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

	Retries(RandomGenerator random) {
		this.first = Duration.ofMillis(50 + random.nextInt(1_000)).toNanos();
		this.multiplier = 1 + random.nextInt(3);
		this.longest = this.first + Duration.ofMillis(random.nextInt(4_000)).toNanos();
		this.maxAttempts = (random.nextInt(3) == 0) ? 1 + random.nextInt(4) : 0;
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

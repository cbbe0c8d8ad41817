package org.etcdevent.etcd;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;

import org.etcdevent.etcd.Failure.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTests {

	/** Always as long as may be. */
	private static final RandomGenerator PATIENT = new RandomGenerator() {

		@Override
		public long nextLong() {
			return Long.MAX_VALUE;
		}

		@Override
		public long nextLong(long bound) {
			return bound - 1;
		}

	};

	@Test
	void theBoundDoublesUpToASecond() {
		Backoff backoff = new Backoff(PATIENT);
		assertThat(next(backoff)).isEqualTo(Duration.ofMillis(100));
		assertThat(next(backoff)).isEqualTo(Duration.ofMillis(200));
		assertThat(next(backoff)).isEqualTo(Duration.ofMillis(400));
		assertThat(next(backoff)).isEqualTo(Duration.ofMillis(800));
		assertThat(next(backoff)).isEqualTo(Duration.ofSeconds(1));
		assertThat(backoff.failures()).isEqualTo(5);
	}

	@Test
	void theBoundStaysHoweverOftenItFails() {
		Backoff backoff = new Backoff(PATIENT);
		for (int i = 0; i < 10_000; i++) {
			assertThat(next(backoff)).isBetween(Duration.ofMillis(100), Duration.ofSeconds(1));
		}
	}

	@Test
	void aWaitIsSpreadOverTheWholeBound() {
		Backoff backoff = new Backoff(new Random(1));
		long shortest = Long.MAX_VALUE;
		long longest = 0;
		for (int i = 0; i < 1_000; i++) {
			long wait = backoff.next(Kind.UNAVAILABLE);
			shortest = Math.min(shortest, wait);
			longest = Math.max(longest, wait);
		}
		assertThat(Duration.ofNanos(shortest)).isBetween(Duration.ZERO, Duration.ofMillis(50));
		assertThat(Duration.ofNanos(longest)).isBetween(Duration.ofMillis(950), Duration.ofSeconds(1));
	}

	@Test
	void aMissingPermissionIsAskedForLessOften() {
		Backoff backoff = new Backoff(new Random(1));
		assertThat(Duration.ofNanos(backoff.next(Kind.PERMISSION_DENIED))).isBetween(Duration.ofMillis(250),
				Duration.ofMillis(500));
		for (int i = 0; i < 10; i++) {
			backoff.next(Kind.PERMISSION_DENIED);
		}
		assertThat(Duration.ofNanos(backoff.next(Kind.PERMISSION_DENIED))).isBetween(Duration.ofSeconds(15),
				Duration.ofSeconds(30));
	}

	@Test
	void beginsAnewAfterASuccess() {
		Backoff backoff = new Backoff(PATIENT);
		next(backoff);
		next(backoff);
		backoff.reset();
		assertThat(backoff.failures()).isZero();
		assertThat(next(backoff)).isEqualTo(Duration.ofMillis(100));
	}

	private static Duration next(Backoff backoff) {
		return Duration.ofNanos(backoff.next(Kind.UNAVAILABLE));
	}

}

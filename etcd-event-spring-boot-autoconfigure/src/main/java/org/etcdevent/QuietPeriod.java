package org.etcdevent;

import java.time.Duration;

/**
 * How long a consumer that takes everything at once waits for a burst of changes to end.
 * The initial state and retries do not wait. Immutable.
 *
 * @param minimum for how long nothing may have changed, zero for no wait
 * @param maximum how long the wait may take from the first change on, however many
 * follow; not shorter than the minimum, and no longer than a day
 */
public record QuietPeriod(Duration minimum, Duration maximum) {

	private static final Duration LONGEST = Duration.ofDays(1);

	/** No wait. */
	public static final QuietPeriod NONE = new QuietPeriod(Duration.ZERO, Duration.ZERO);

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if one of them is out of its bounds
	 */
	public QuietPeriod {
		if (minimum.isNegative()) {
			throw new IllegalArgumentException("The minimum " + minimum + " is negative");
		}
		if (maximum.compareTo(minimum) < 0) {
			throw new IllegalArgumentException("The maximum " + maximum + " is shorter than the minimum " + minimum);
		}
		if (maximum.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException("The maximum " + maximum + " is longer than a day");
		}
	}

	/**
	 * Whether there is nothing to wait for.
	 * @return {@code true} if so
	 */
	public boolean isNone() {
		return this.maximum.isZero();
	}

}

package org.etcdevent.samples.flags.demo;

/**
 * How the handlers behave and how much is written.
 *
 * @param handlerMillis how long a call takes, in milliseconds
 * @param failurePercent how many calls of a hundred fail
 * @param putsPerSecond how many changes are written a second, 0 for none
 */
public record DemoSettings(int handlerMillis, int failurePercent, int putsPerSecond) {

	/**
	 * Checked settings.
	 * @param handlerMillis 0 to 500
	 * @param failurePercent 0 to 100
	 * @param putsPerSecond 0 to 5,000
	 */
	public DemoSettings {
		check("handlerMillis", handlerMillis, 500);
		check("failurePercent", failurePercent, 100);
		check("putsPerSecond", putsPerSecond, 5_000);
	}

	private static void check(String name, int value, int most) {
		if (value < 0 || value > most) {
			throw new IllegalArgumentException(name + " is " + value + ", but must be 0 to " + most);
		}
	}

}

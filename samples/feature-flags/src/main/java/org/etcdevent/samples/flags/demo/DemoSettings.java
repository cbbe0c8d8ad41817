package org.etcdevent.samples.flags.demo;

/**
 * The settings of the handlers and of the writer.
 *
 * @param handlerMillis the duration of a call, in milliseconds
 * @param failurePercent the percentage of calls that fail
 * @param putsPerSecond the number of writes per second, 0 for none
 */
public record DemoSettings(int handlerMillis, int failurePercent, int putsPerSecond) {

	/** A rate that both consumers keep up with while nothing is broken. */
	static final DemoSettings INITIAL = new DemoSettings(0, 0, 20);

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

	/**
	 * These settings with one changed.
	 * @param name the name of the component
	 * @param value its new value
	 * @return the new settings
	 */
	DemoSettings with(String name, int value) {
		return switch (name) {
			case "handlerMillis" -> new DemoSettings(value, this.failurePercent, this.putsPerSecond);
			case "failurePercent" -> new DemoSettings(this.handlerMillis, value, this.putsPerSecond);
			case "putsPerSecond" -> new DemoSettings(this.handlerMillis, this.failurePercent, value);
			default -> throw new IllegalArgumentException("Unknown setting '" + name + "'");
		};
	}

	private static void check(String name, int value, int most) {
		if (value < 0 || value > most) {
			throw new IllegalArgumentException(name + " must be between 0 and " + most + ", but is " + value);
		}
	}

}

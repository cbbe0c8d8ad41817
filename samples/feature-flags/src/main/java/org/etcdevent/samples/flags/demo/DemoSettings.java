package org.etcdevent.samples.flags.demo;

/**
 * How the handlers behave and how much is written.
 *
 * @param handlerMillis how long a call takes, in milliseconds
 * @param failurePercent how many calls of a hundred fail
 * @param putsPerSecond how many changes are written a second, 0 for none
 */
public record DemoSettings(int handlerMillis, int failurePercent, int putsPerSecond) {

	static final DemoSettings CALM = new DemoSettings(0, 0, 0);

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
	 * These settings, but one.
	 * @param name which one, as the component of this record is called
	 * @param value what it is from now on
	 * @return the settings then
	 */
	DemoSettings with(String name, int value) {
		return switch (name) {
			case "handlerMillis" -> new DemoSettings(value, this.failurePercent, this.putsPerSecond);
			case "failurePercent" -> new DemoSettings(this.handlerMillis, value, this.putsPerSecond);
			case "putsPerSecond" -> new DemoSettings(this.handlerMillis, this.failurePercent, value);
			default -> throw new IllegalArgumentException("There is no setting " + name);
		};
	}

	private static void check(String name, int value, int most) {
		if (value < 0 || value > most) {
			throw new IllegalArgumentException(name + " is " + value + ", but must be 0 to " + most);
		}
	}

}

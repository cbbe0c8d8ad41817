package org.etcdevent.listener;

import java.time.Duration;

/**
 * What all watches of an application have in common. Immutable.
 *
 * @param retry how failed updates are retried
 * @param startup what the application's start does about watches that lag
 * @param startupTimeout how long the start waits for all watches together
 * @param shutdownTimeout how long a running call gets before it is interrupted; one
 * deadline for all watches
 * @param slowHandler after how long a call is reported with its stack
 */
public record EtcdWatchSettings(RetrySettings retry, EtcdWatchStartup startup, Duration startupTimeout,
		Duration shutdownTimeout, Duration slowHandler) {

	/**
	 * The defaults: wait 10 s at start-up, 10 s at shutdown, report calls of 30 s.
	 * @return the settings
	 */
	public static EtcdWatchSettings defaults() {
		return new EtcdWatchSettings(RetrySettings.defaults(), EtcdWatchStartup.WAIT, Duration.ofSeconds(10),
				Duration.ofSeconds(10), Duration.ofSeconds(30));
	}

}

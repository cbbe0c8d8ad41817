package org.etcdevent.samples.flags.demo;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Measures how long a watch takes to recover once a fault has ended. Thread-safe.
 */
final class Recovery {

	/** The end of the fault, {@code null} while no recovery is awaited. */
	private @Nullable Long faultEndedNanos;

	private @Nullable Long millis;

	synchronized void faultStarted() {
		this.faultEndedNanos = null;
		this.millis = null;
	}

	synchronized void faultEnded() {
		this.faultEndedNanos = System.nanoTime();
	}

	/**
	 * Notes that the watch works.
	 * @return whether it recovered from a fault by that
	 */
	synchronized boolean recovered() {
		Long ended = this.faultEndedNanos;
		if (ended == null) {
			return false;
		}
		this.millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ended);
		this.faultEndedNanos = null;
		return true;
	}

	/**
	 * The time that the last recovery took.
	 * @return milliseconds, {@code null} while the watch has not recovered
	 */
	synchronized @Nullable Long millis() {
		return this.millis;
	}

}

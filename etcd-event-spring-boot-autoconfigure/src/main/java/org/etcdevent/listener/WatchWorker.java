package org.etcdevent.listener;

import java.util.concurrent.ThreadFactory;

import org.etcdevent.listener.SlowCalls.SlowCall;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a run, and the call it makes. All that is not final belongs to the lock
 * of the run's {@link RunGate}.
 */
final class WatchWorker {

	private final Thread thread;

	private boolean calling;

	private long since;

	private boolean reported;

	private boolean interruptedByStop;

	WatchWorker(String name, ThreadFactory threads, Runnable work) {
		Thread thread = threads.newThread(work);
		if (thread == null) {
			throw new IllegalStateException("The thread factory refuses to make the thread " + name);
		}
		thread.setName(name);
		this.thread = thread;
	}

	Thread thread() {
		return this.thread;
	}

	String name() {
		return this.thread.getName();
	}

	void begin(long nanoTime) {
		this.calling = true;
		this.since = nanoTime;
		this.reported = false;
	}

	void finish() {
		this.calling = false;
	}

	boolean isCalling() {
		return this.calling;
	}

	/**
	 * How long the current call has taken.
	 * @return nanoseconds, {@code null} if there is no call
	 */
	@Nullable Long callNanos() {
		return this.calling ? System.nanoTime() - this.since : null;
	}

	/**
	 * The current call, if it is slow and nobody was told yet.
	 */
	@Nullable SlowCall newlySlow(long thresholdNanos) {
		Long nanos = callNanos();
		if (nanos == null || this.reported || nanos < thresholdNanos) {
			return null;
		}
		this.reported = true;
		return new SlowCall(name(), nanos, this.thread.getStackTrace());
	}

	void interruptCall() {
		if (this.calling) {
			this.interruptedByStop = true;
			this.thread.interrupt();
		}
	}

	boolean isInterruptedByStop() {
		return this.interruptedByStop;
	}

}

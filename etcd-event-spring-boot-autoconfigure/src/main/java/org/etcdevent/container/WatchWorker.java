package org.etcdevent.container;

import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

import org.etcdevent.consumer.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a run, and the call it makes. All that is not final belongs to the lock
 * of the run's {@link RunGate}, unless it says otherwise.
 *
 * @param <T> the type of the decoded values
 */
final class WatchWorker<T> {

	private final Thread thread;

	private boolean calling;

	/**
	 * Since when, by {@link System#nanoTime()}; written by the thread alone, between two
	 * calls without the lock.
	 */
	private volatile long since;

	/** The {@link #since} of the last call that was reported as slow. */
	private @Nullable Long reported;

	private boolean interruptedByStop;

	/**
	 * What it has taken and not begun to call with; its thread's.
	 */
	private @Nullable Delivery<T> taken;

	/** Whether it takes no more turns; its thread's, if that was ever started. */
	private boolean left;

	/**
	 * A worker whose thread is not started.
	 * @param work what the thread does with it
	 */
	WatchWorker(String name, ThreadFactory threads, Consumer<WatchWorker<T>> work) {
		Thread thread = threads.newThread(() -> work.accept(this));
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

	/**
	 * Keeps what was taken for the next turn.
	 * @param delivery what was taken, {@code null} if nothing was due
	 * @return whether something was taken
	 */
	boolean keep(@Nullable Delivery<T> delivery) {
		this.taken = delivery;
		return delivery != null;
	}

	@Nullable Delivery<T> taken() {
		return this.taken;
	}

	/**
	 * It takes no more turns.
	 * @return whether it did until now
	 */
	boolean leave() {
		boolean first = !this.left;
		this.left = true;
		return first;
	}

	boolean hasLeft() {
		return this.left;
	}

	void begin(long nanoTime) {
		this.calling = true;
		this.since = nanoTime;
	}

	void goOn(long nanoTime) {
		this.since = nanoTime;
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
	 * The current call, if it is slow and not reported yet.
	 */
	@Nullable SlowCall newlySlow(long thresholdNanos) {
		Long call = this.since;
		long nanos = System.nanoTime() - call;
		if (!this.calling || call.equals(this.reported) || nanos < thresholdNanos) {
			return null;
		}
		StackTraceElement[] stack = this.thread.getStackTrace();
		if (this.since != call) {
			// It has ended, and the stack may be that of the next one.
			return null;
		}
		this.reported = call;
		return new SlowCall(name(), nanos, stack);
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

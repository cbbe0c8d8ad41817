package org.etcdevent.consumer;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A call on a thread of its own, which waits by the time it is constructed.
 *
 * @param <T> what it answers
 */
final class BlockedCall<T> {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final FutureTask<T> task;

	private final Thread thread;

	BlockedCall(Callable<T> call) {
		this.task = new FutureTask<>(call);
		this.thread = new Thread(this.task, "blocked call");
		this.thread.setDaemon(true);
		this.thread.start();
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (this.thread.getState() != Thread.State.TIMED_WAITING) {
			assertThat(this.task.isDone()).as("came back without waiting").isFalse();
			assertThat(System.nanoTime()).as("time to wait").isLessThan(end);
			Thread.onSpinWait();
		}
	}

	void interrupt() {
		this.thread.interrupt();
	}

	boolean isDone() {
		return this.task.isDone();
	}

	T result() throws InterruptedException, TimeoutException {
		try {
			return this.task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("The call failed", ex.getCause());
		}
	}

	Throwable failure() throws InterruptedException, TimeoutException {
		try {
			throw new AssertionError(
					"The call did not fail, but answered " + this.task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
	}

}

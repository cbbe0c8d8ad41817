package org.etcdevent.container;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Looks for calls that take long, and reports each of them once with its stack. Has a
 * thread between start and stop. Thread-safe.
 */
final class SlowCalls {

	private static final Log logger = LogFactory.getLog(SlowCalls.class);

	/** How many looks there are in the time after which a call is slow. */
	private static final int LOOKS = 4;

	private static final Duration GRACE = Duration.ofSeconds(1);

	private final Duration threshold;

	private final Supplier<? extends Collection<EtcdWatchContainer<?>>> containers;

	private final ThreadFactory threads;

	/** Guards what follows. Not held while looking. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** The thread that looks, {@code null} for none; by lock. */
	private @Nullable Thread thread;

	SlowCalls(Duration threshold, Supplier<? extends Collection<EtcdWatchContainer<?>>> containers,
			ThreadFactory threads) {
		this.threshold = threshold;
		this.containers = containers;
		this.threads = threads;
	}

	/**
	 * Begins to look, if it does not yet. Watches run without it, if there is no thread.
	 */
	void start() {
		this.lock.lock();
		try {
			if (this.thread == null) {
				Thread looking = this.threads.newThread(this::look);
				looking.setName("etcd-watch-slow-calls");
				looking.setDaemon(true);
				looking.start();
				this.thread = looking;
			}
		}
		catch (Throwable ex) {
			logger.warn("Slow calls of watches are not reported: could not start the thread that looks for them", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the looking; does nothing if there is none.
	 */
	void stop() {
		Thread looking;
		this.lock.lock();
		try {
			looking = this.thread;
			this.thread = null;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		if (looking != null) {
			try {
				looking.join(GRACE.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void look() {
		while (awaitNext()) {
			try {
				this.containers.get().forEach(this::report);
			}
			catch (RuntimeException ex) {
				logger.debug("A look for slow calls failed", ex);
			}
		}
	}

	private boolean awaitNext() {
		this.lock.lock();
		try {
			long left = Math.max(TimeUnit.MILLISECONDS.toNanos(1), this.threshold.toNanos() / LOOKS);
			while (this.thread == Thread.currentThread() && left > 0) {
				left = this.changed.awaitNanos(left);
			}
			return this.thread == Thread.currentThread();
		}
		catch (InterruptedException ex) {
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void report(EtcdWatchContainer<?> container) {
		WatchRun<?> run = container.run();
		if (run != null) {
			run.newlySlow(this.threshold).forEach((call) -> report(container.definition().id(), call));
		}
	}

	private static void report(String id, SlowCall call) {
		StringBuilder message = new StringBuilder("A call of watch '" + id + "' has been running for "
				+ TimeUnit.NANOSECONDS.toMillis(call.nanos()) + " ms on thread " + call.thread()
				+ "; its keys get no further calls until it returns. It is at");
		for (StackTraceElement element : call.stack()) {
			message.append("\n\tat ").append(element);
		}
		logger.warn(message);
	}

}

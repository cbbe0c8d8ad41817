package org.etcdevent.container;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * What the threads of a run pass before each call, and where others wait for them: says
 * who may call now, who is calling, and who is still there. Calls nobody, so that its
 * lock is never held for long. Thread-safe.
 */
final class RunGate {

	private final List<? extends WatchWorker<?>> workers;

	/** Guards all that is not final, here and in the workers. */
	private final ReentrantLock lock = new ReentrantLock();

	/** Signals each change of what it guards. */
	private final Condition changed = this.lock.newCondition();

	/** Workers that have not left; by lock. */
	private int alive;

	/** Written by lock. */
	private volatile boolean paused;

	/** No call begins any more; written by lock. Never taken back. */
	private volatile boolean stopping;

	/** Whether someone took it on to end the subscription; by lock. */
	private boolean ending;

	/** Whether the subscription has ended; by lock. */
	private boolean ended;

	RunGate(List<? extends WatchWorker<?>> workers) {
		this.workers = workers;
		this.alive = workers.size();
	}

	// Passed by the workers

	/** Whether no call may begin now. If that changes, {@link #begin} notices. */
	boolean isPaused() {
		return this.paused;
	}

	/** Whether no call may begin any more, so that workers have to leave. */
	boolean isStopping() {
		return this.stopping;
	}

	/**
	 * Waits while the run is paused.
	 * @return {@code false} if it is stopping
	 */
	boolean awaitTurn() {
		if (!this.paused && !this.stopping) {
			return true;
		}
		this.lock.lock();
		try {
			while (this.paused && !this.stopping) {
				this.changed.awaitUninterruptibly();
			}
			return !this.stopping;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for a while, but not beyond a stop.
	 */
	void rest(Duration duration) {
		this.lock.lock();
		try {
			long left = duration.toNanos();
			while (!this.stopping && left > 0) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			// The next turn sees why.
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Lets the worker call.
	 * @param worker who calls
	 * @param since the {@link System#nanoTime()} now
	 * @return {@code false} if no call may begin now
	 */
	boolean begin(WatchWorker<?> worker, long since) {
		this.lock.lock();
		try {
			if (this.paused || this.stopping) {
				return false;
			}
			// An interrupt from before the call is not for the user's code.
			Thread.interrupted();
			worker.begin(since);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Lets the worker go from one call to the next. No lock: it counts as calling in
	 * between, so that nobody takes it for one that waits.
	 * @param worker who calls
	 * @param since the {@link System#nanoTime()} now
	 * @return {@code false} if no call may begin now
	 */
	boolean goOn(WatchWorker<?> worker, long since) {
		if (this.paused || this.stopping) {
			return false;
		}
		// As in begin.
		Thread.interrupted();
		worker.goOn(since);
		return true;
	}

	void finish(WatchWorker<?> worker) {
		this.lock.lock();
		try {
			worker.finish();
			// An interrupt that the user's code left behind is not for the next call.
			Thread.interrupted();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isInterruptedByStop(WatchWorker<?> worker) {
		this.lock.lock();
		try {
			return worker.isInterruptedByStop();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A worker leaves.
	 * @return whether it was the last one, so that the caller has to end the subscription
	 * and say so with {@link #ended()}
	 */
	boolean leave() {
		this.lock.lock();
		try {
			Thread.interrupted();
			this.alive--;
			boolean last = this.alive == 0 && !this.ending;
			this.ending |= last;
			return last;
		}
		finally {
			this.lock.unlock();
		}
	}

	void ended() {
		this.lock.lock();
		try {
			this.ended = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Moved by others

	void setPaused(boolean paused) {
		this.lock.lock();
		try {
			this.paused = paused;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * From here on no call begins. Running ones go on. Does not wait.
	 * @return whether this is the first request
	 */
	boolean requestStop() {
		this.lock.lock();
		try {
			if (this.stopping) {
				return false;
			}
			this.stopping = true;
			this.changed.signalAll();
			this.workers.stream().filter((worker) -> !worker.isCalling()).forEach((worker) -> {
				worker.thread().interrupt();
			});
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until the run has ended.
	 * @param deadline the {@link System#nanoTime()} until which to wait
	 * @return whether it has
	 */
	boolean awaitEnd(long deadline) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long left = deadline - System.nanoTime();
			while (!this.ended && left > 0) {
				left = this.changed.awaitNanos(left);
			}
			return this.ended;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Interrupts the calls that still run after a stop was requested.
	 */
	void interruptCalls() {
		this.lock.lock();
		try {
			this.workers.forEach(WatchWorker::interruptCall);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes it on to end the subscription although calls still run.
	 * @return the names of their threads, {@code null} if someone else ends it
	 */
	@Nullable List<String> abandon() {
		this.lock.lock();
		try {
			if (this.ending) {
				return null;
			}
			this.ending = true;
			return this.workers.stream().filter(WatchWorker::isCalling).map(WatchWorker::name).toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Looked at

	/**
	 * Calls that are slow, each of them once. The stacks are taken under the lock, for
	 * without it they could be those of what comes after the worker has finished.
	 */
	List<SlowCall> newlySlow(Duration threshold) {
		this.lock.lock();
		try {
			return this.workers.stream()
				.map((worker) -> worker.newlySlow(threshold.toNanos()))
				.filter(Objects::nonNull)
				.toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Nullable Duration longestCall() {
		this.lock.lock();
		try {
			return this.workers.stream()
				.map(WatchWorker::callNanos)
				.filter(Objects::nonNull)
				.max(Comparator.naturalOrder())
				.map(Duration::ofNanos)
				.orElse(null);
		}
		finally {
			this.lock.unlock();
		}
	}

}

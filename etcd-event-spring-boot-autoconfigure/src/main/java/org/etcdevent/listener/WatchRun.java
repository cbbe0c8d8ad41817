package org.etcdevent.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.core.Delivery;
import org.etcdevent.core.Handled;
import org.etcdevent.core.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A watch from a start to its stop: the subscription and the threads that empty it. The
 * last thread to leave ends the subscription, so that a stop from inside the user's code
 * has to wait for nobody, and what that call handles still counts. Thread-safe.
 *
 * @param <T> the type of the decoded values
 */
final class WatchRun<T> {

	private static final Log logger = LogFactory.getLog(WatchRun.class);

	/** How long a thread rests after something failed that is not the user's code. */
	private static final Duration REST = Duration.ofSeconds(1);

	private final WatchDefinition<T> definition;

	private final Subscription<T> subscription;

	private final DeliveryStep<T> step;

	private final Owner<T> owner;

	private final List<WatchWorker> workers;

	/**
	 * Guards all that is not final, here and in the workers. Not held while calling out.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	/** Signals each change of what it guards. */
	private final Condition changed = this.lock.newCondition();

	/** Workers that have not left; by lock. */
	private int alive;

	/** By lock. */
	private boolean paused;

	/** No call begins any more; by lock. Never taken back. */
	private boolean stopping;

	/** Whether someone took it on to end the subscription; by lock. */
	private boolean ending;

	/** Whether the subscription has ended; by lock. */
	private boolean ended;

	WatchRun(WatchDefinition<T> definition, Subscription<T> subscription, DeliveryStep<T> step, ThreadFactory threads,
			Owner<T> owner) {
		this.definition = definition;
		this.subscription = subscription;
		this.step = step;
		this.owner = owner;
		List<WatchWorker> workers = new ArrayList<>();
		for (int n = 1; n <= definition.concurrency(); n++) {
			workers.add(worker("etcd-watch-" + definition.id() + "-" + n, threads));
		}
		this.workers = List.copyOf(workers);
		this.alive = this.workers.size();
	}

	private WatchWorker worker(String name, ThreadFactory threads) {
		WatchWorker[] self = new WatchWorker[1];
		self[0] = new WatchWorker(name, threads, () -> work(self[0]));
		return self[0];
	}

	/**
	 * Starts the threads.
	 * @throws RuntimeException if not all of them could be started; the run then ends as
	 * soon as those that could have left
	 */
	void start() {
		int started = 0;
		try {
			for (WatchWorker worker : this.workers) {
				worker.thread().start();
				started++;
			}
		}
		catch (Throwable ex) {
			stopByItself("its threads could not be started");
			leave(this.workers.size() - started);
			throw new IllegalStateException("The threads of watch '" + this.definition.id() + "' could not be started",
					ex);
		}
	}

	private void work(WatchWorker worker) {
		try {
			while (awaitTurn()) {
				takeOne(worker);
			}
		}
		finally {
			leave(1);
		}
	}

	private void takeOne(WatchWorker worker) {
		try {
			Delivery<T> delivery = this.definition.target().mode().take(this.subscription);
			if (begin(worker)) {
				try {
					call(worker, delivery);
				}
				finally {
					finish(worker);
				}
			}
			else {
				this.subscription.release(delivery);
			}
		}
		catch (InterruptedException ex) {
			// Either the stop, which the next turn sees, or someone's late interrupt.
		}
		catch (EtcdWatcherClosedException ex) {
			stopByItself("its subscription was closed");
		}
		catch (Throwable ex) {
			logger.warn("Watch '" + this.definition.id() + "' failed outside of its method, and goes on", ex);
			rest();
		}
	}

	private void call(WatchWorker worker, Delivery<T> delivery) {
		try {
			this.step.process(this.subscription, delivery, () -> isInterruptedByStop(worker), this::stopByItself);
		}
		catch (Throwable ex) {
			// Not answered, its keys would never come again.
			this.subscription.failed(delivery, REST);
			throw ex;
		}
	}

	/**
	 * Waits while the run is paused.
	 * @return {@code false} if it is stopping
	 */
	private boolean awaitTurn() {
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

	private void rest() {
		this.lock.lock();
		try {
			long left = REST.toNanos();
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

	private boolean begin(WatchWorker worker) {
		this.lock.lock();
		try {
			if (this.paused || this.stopping) {
				return false;
			}
			// An interrupt from before the call is not for the user's code.
			Thread.interrupted();
			worker.begin();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void finish(WatchWorker worker) {
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

	private void leave(int count) {
		boolean last;
		this.lock.lock();
		try {
			Thread.interrupted();
			this.alive -= count;
			last = this.alive == 0 && !this.ending;
			this.ending |= last;
		}
		finally {
			this.lock.unlock();
		}
		if (last) {
			end();
		}
	}

	private void end() {
		Handled handled = null;
		try {
			handled = this.subscription.stop();
		}
		catch (RuntimeException ex) {
			logger.warn("Watch '" + this.definition.id() + "' did not end cleanly", ex);
		}
		this.owner.ended(this, handled);
		this.lock.lock();
		try {
			this.ended = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		this.owner.left(this);
	}

	private void stopByItself(String reason) {
		if (requestStop()) {
			this.owner.stoppedByItself(this, reason);
		}
	}

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
	 * Ends the subscription although calls still run, which are left to themselves.
	 */
	void abandon() {
		List<String> left;
		this.lock.lock();
		try {
			if (this.ending) {
				return;
			}
			this.ending = true;
			left = this.workers.stream().filter(WatchWorker::isCalling).map(WatchWorker::name).toList();
		}
		finally {
			this.lock.unlock();
		}
		logger.warn("Watch '" + this.definition.id() + "' is stopped, but its method did not return, not even after an"
				+ " interrupt; left behind: " + String.join(", ", left));
		end();
	}

	private boolean isInterruptedByStop(WatchWorker worker) {
		this.lock.lock();
		try {
			return worker.isInterruptedByStop();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The threads whose current call is slow, each call once.
	 */
	List<Thread> newlySlow(Duration threshold) {
		this.lock.lock();
		try {
			return this.workers.stream()
				.filter((worker) -> worker.reportSlow(threshold.toNanos()))
				.map(WatchWorker::thread)
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

	boolean isOwnThread() {
		return this.workers.stream().anyMatch((worker) -> worker.thread() == Thread.currentThread());
	}

	List<String> threadNames() {
		return this.workers.stream().map(WatchWorker::name).toList();
	}

	Subscription<T> subscription() {
		return this.subscription;
	}

	/**
	 * Who hears what becomes of a run. Called without a lock.
	 *
	 * @param <T> the type of the decoded values
	 */
	interface Owner<T> {

		/**
		 * The run stops although nobody asked for it from outside.
		 */
		void stoppedByItself(WatchRun<T> run, String reason);

		/**
		 * The subscription has ended; told once, before those who wait hear of it.
		 * @param handled what was handled, {@code null} if that is not known
		 */
		void ended(WatchRun<T> run, @Nullable Handled handled);

		/**
		 * All who waited for the end have heard of it.
		 */
		void left(WatchRun<T> run);

	}

}

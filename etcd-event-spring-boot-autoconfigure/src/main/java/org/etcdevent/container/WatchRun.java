package org.etcdevent.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.consumer.Checkpoint;
import org.etcdevent.consumer.Delivery;
import org.etcdevent.consumer.Subscription;
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

	private final WatchNews news;

	private final Owner<T> owner;

	private final List<WatchWorker<T>> workers;

	private final RunGate gate;

	/** Why it ends. */
	private volatile String cause = "stopped";

	WatchRun(WatchDefinition<T> definition, Subscription<T> subscription, WatchNews news, DeliveryStep<T> step,
			ThreadFactory threads, Owner<T> owner) {
		this.definition = definition;
		this.subscription = subscription;
		this.news = news;
		this.step = step;
		this.owner = owner;
		List<WatchWorker<T>> workers = new ArrayList<>();
		for (int n = 1; n <= definition.concurrency(); n++) {
			workers.add(new WatchWorker<>("etcd-watch-" + definition.id() + "-" + n, threads, this::work));
		}
		this.workers = List.copyOf(workers);
		this.gate = new RunGate(this.workers);
	}

	/**
	 * Starts the threads.
	 * @throws RuntimeException if not all of them could be started; the run then ends as
	 * soon as those that could have left
	 */
	void start() {
		int started = 0;
		try {
			for (WatchWorker<T> worker : this.workers) {
				worker.thread().start();
				started++;
			}
		}
		catch (Throwable ex) {
			stopByItself("its threads could not be started");
			for (WatchWorker<T> worker : this.workers.subList(started, this.workers.size())) {
				leave(worker);
			}
			throw new IllegalStateException("The threads of watch '" + this.definition.id() + "' could not be started",
					ex);
		}
	}

	/** What a thread does: turns, and waiting where there is nothing to do. */
	private void work(WatchWorker<T> worker) {
		try {
			while (!worker.hasLeft()) {
				turnOrWait(worker);
			}
		}
		finally {
			leave(worker);
		}
	}

	private void turnOrWait(WatchWorker<T> worker) {
		try {
			if (!turn(worker) && this.gate.awaitTurn()) {
				worker.keep(mode().take(this.subscription));
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
			this.gate.rest(REST);
		}
	}

	/**
	 * What a worker does between two waits: it calls with what it has taken, or leaves if
	 * the run is stopping, or takes what is due. Waits for nothing but the user's code.
	 * @param worker whose turn it is; on its thread, or on the one that acts for it
	 * @return whether there was anything to do
	 * @throws EtcdWatcherClosedException if the subscription was closed
	 */
	boolean turn(WatchWorker<T> worker) {
		Delivery<T> taken = worker.taken();
		if (taken != null) {
			worker.keep(null);
			attempt(worker, taken);
			return true;
		}
		if (this.gate.isStopping()) {
			leave(worker);
			return true;
		}
		return !this.gate.isPaused() && worker.keep(mode().poll(this.subscription));
	}

	private TakeMode mode() {
		return this.definition.target().mode();
	}

	private void attempt(WatchWorker<T> worker, Delivery<T> delivery) {
		long since = System.nanoTime();
		if (!this.gate.begin(worker, since)) {
			this.subscription.release(delivery);
			return;
		}
		try {
			call(worker, delivery, since);
			callMore(worker);
		}
		finally {
			this.gate.finish(worker);
		}
		this.news.attempted();
	}

	/** Goes on with what is due by now. */
	private void callMore(WatchWorker<T> worker) {
		Delivery<T> delivery;
		while ((delivery = mode().pollMore(this.subscription)) != null) {
			long since = System.nanoTime();
			if (!this.gate.goOn(worker, since)) {
				this.subscription.release(delivery);
				return;
			}
			call(worker, delivery, since);
		}
	}

	private void call(WatchWorker<T> worker, Delivery<T> delivery, long since) {
		try {
			this.step.process(this.subscription, delivery, since, () -> this.gate.isInterruptedByStop(worker),
					this::stopByItself);
		}
		catch (Throwable ex) {
			// Not answered, its keys would never come again.
			this.subscription.failed(delivery, REST);
			throw ex;
		}
	}

	private void leave(WatchWorker<T> worker) {
		if (worker.leave() && this.gate.leave()) {
			end();
		}
	}

	private void end() {
		Checkpoint handled = null;
		try {
			handled = this.subscription.stop();
		}
		catch (RuntimeException ex) {
			logger.warn("Watch '" + this.definition.id() + "' did not end cleanly", ex);
		}
		this.owner.ended(this, handled);
		this.news.ended(this.cause);
		this.gate.ended();
		this.owner.left(this);
	}

	private void stopByItself(String reason) {
		if (requestStop()) {
			// In time, for the worker that comes here has not left yet.
			this.cause = reason;
			this.owner.stoppedByItself(this, reason);
		}
	}

	void setPaused(boolean paused) {
		this.gate.setPaused(paused);
	}

	/**
	 * From here on no call begins. Running ones go on. Does not wait.
	 * @return whether this is the first request
	 */
	boolean requestStop() {
		return this.gate.requestStop();
	}

	/**
	 * Waits until the run has ended.
	 * @param deadline the {@link System#nanoTime()} until which to wait
	 * @return whether it has
	 */
	boolean awaitEnd(long deadline) throws InterruptedException {
		return this.gate.awaitEnd(deadline);
	}

	/**
	 * Interrupts the calls that still run after a stop was requested.
	 */
	void interruptCalls() {
		this.gate.interruptCalls();
	}

	/**
	 * Ends the subscription although calls still run, which are left to themselves.
	 */
	void abandon() {
		List<String> left = this.gate.abandon();
		if (left != null) {
			logger.warn("Watch '" + this.definition.id() + "' is stopped, but its method did not return, not even "
					+ "after an interrupt; left behind: " + String.join(", ", left));
			end();
		}
	}

	/**
	 * The calls that are slow, each of them once.
	 */
	List<SlowCall> newlySlow(Duration threshold) {
		return this.gate.newlySlow(threshold);
	}

	@Nullable Duration longestCall() {
		return this.gate.longestCall();
	}

	boolean isOwnThread() {
		return this.workers.stream().anyMatch((worker) -> worker.thread() == Thread.currentThread());
	}

	List<String> threadNames() {
		return this.workers.stream().map(WatchWorker::name).toList();
	}

	/** Those who take turns, each by itself. */
	List<WatchWorker<T>> workers() {
		return this.workers;
	}

	Subscription<T> subscription() {
		return this.subscription;
	}

	WatchNews news() {
		return this.news;
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
		 * The subscription has ended; called once, before those who wait hear of it.
		 * @param handled what was handled, {@code null} if that is not known
		 */
		void ended(WatchRun<T> run, @Nullable Checkpoint handled);

		/**
		 * All who waited for the end have heard of it.
		 */
		void left(WatchRun<T> run);

	}

}

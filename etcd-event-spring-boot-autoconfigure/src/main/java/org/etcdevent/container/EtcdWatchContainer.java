package org.etcdevent.container;

import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.consumer.Checkpoint;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.consumer.Subscription;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * One watch through its starts and stops. It keeps what is wanted apart from what is: a
 * thread that changes either moves the latter towards the former, one at a time. So any
 * thread may start and stop it at any time, the watch's own included.
 *
 * @param <T> the type of the decoded values
 */
final class EtcdWatchContainer<T> implements WatchRun.Owner<T> {

	private static final Log logger = LogFactory.getLog(EtcdWatchContainer.class);

	private final WatchDefinition<T> definition;

	private final FeedValues values;

	private final ThreadFactory threads;

	/** Whether the application lets watches run. */
	private final BooleanSupplier admission;

	private final WatchEvents events;

	private final DeliveryCounts counts;

	private final DeliveryStep<T> step;

	/**
	 * Guards all that is not final. Not held while calling out; a run's lock may be taken
	 * inside of it, never the other way round.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	/** Signals that opening has ended. */
	private final Condition opened = this.lock.newCondition();

	/** Whether it is to run as soon as the application lets it; by lock. */
	private boolean wanted;

	/** Whether it never runs again; by lock. */
	private boolean removed;

	/** Whether some thread is opening a run; by lock. */
	private boolean opening;

	/** The current run, which may be on its way to its end; by lock. */
	private @Nullable WatchRun<T> run;

	/** What earlier runs have handled; by lock. */
	private @Nullable Checkpoint handled;

	/** By lock. Outlives runs. */
	private boolean paused;

	/** Why the last run ended by itself; by lock. */
	private @Nullable String stopCause;

	EtcdWatchContainer(WatchDefinition<T> definition, FeedValues values, ThreadFactory threads,
			BooleanSupplier admission, WatchEvents events, RetrySettings retry, List<DeliveryListener> listeners) {
		this.definition = definition;
		this.values = values;
		this.threads = threads;
		this.admission = admission;
		this.events = events;
		this.wanted = definition.autoStartup();
		this.counts = new DeliveryCounts(definition.id(), listeners);
		this.step = new DeliveryStep<>(definition, retry, this.counts,
				new FailureLog(LogFactory.getLog(EtcdWatchContainer.class), definition.id(), System::nanoTime));
	}

	WatchDefinition<T> definition() {
		return this.definition;
	}

	/**
	 * Starts the watch, from what it has handled; does nothing if it runs. Where the
	 * application does not let it run yet, it starts with the application; a watch that
	 * is about to stop starts again as soon as it has. Does not wait for the initial
	 * state.
	 * @throws RuntimeException if it cannot start; it is stopped then
	 */
	void start() {
		this.lock.lock();
		try {
			this.wanted = true;
		}
		finally {
			this.lock.unlock();
		}
		open();
	}

	/** By lock. */
	private boolean isDue() {
		return this.wanted && !this.removed && this.admission.getAsBoolean();
	}

	/**
	 * Starts the watch if it is to run and does not; waits for another thread that is
	 * about to.
	 * @throws RuntimeException if it cannot start; it is stopped then
	 */
	void open() {
		Checkpoint from;
		this.lock.lock();
		try {
			awaitOpened();
			if (!isDue() || this.run != null) {
				return;
			}
			this.opening = true;
			from = this.handled;
		}
		finally {
			this.lock.unlock();
		}
		WatchRun<T> run = null;
		try {
			run = create(from);
		}
		finally {
			publish(run);
		}
		run.start();
	}

	private WatchRun<T> create(@Nullable Checkpoint from) {
		WatchNews news = new WatchNews(this.definition.id(), this.definition.target().mode() == TakeMode.SNAPSHOT,
				this.events);
		Subscription<T> subscription = this.values.subscribe(this.definition.range(), this.definition.decoder(), from,
				this.definition.quietPeriod(), news);
		try {
			return new WatchRun<>(this.definition, subscription, news, this.step, this.threads, this);
		}
		catch (Throwable ex) {
			subscription.close();
			throw ex;
		}
	}

	private void publish(@Nullable WatchRun<T> run) {
		this.lock.lock();
		try {
			this.opening = false;
			this.run = run;
			if (run == null) {
				this.wanted = false;
				this.stopCause = "could not be started";
			}
			else {
				this.stopCause = null;
				run.setPaused(this.paused);
				if (!isDue()) {
					run.requestStop();
				}
			}
			this.opened.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stops the watch, until it is started. That it had stopped by itself before is
	 * settled with that.
	 * @return the run to wait for, {@code null} for none
	 */
	@Nullable WatchRun<T> stop() {
		this.lock.lock();
		try {
			this.wanted = false;
			this.stopCause = null;
			return stopUnlessDue();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stops the watch for good.
	 * @return the run to wait for, {@code null} for none
	 */
	@Nullable WatchRun<T> remove() {
		this.lock.lock();
		try {
			this.removed = true;
			return stopUnlessDue();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stops the watch if the application does not let it run any more.
	 * @return the run to wait for, {@code null} for none
	 */
	@Nullable WatchRun<T> suspend() {
		this.lock.lock();
		try {
			return stopUnlessDue();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** By lock, which it releases while another thread opens a run. */
	private @Nullable WatchRun<T> stopUnlessDue() {
		awaitOpened();
		WatchRun<T> run = this.run;
		if (run == null || isDue()) {
			return null;
		}
		run.requestStop();
		return run;
	}

	/** By lock. Who comes here next wants to see the run. */
	private void awaitOpened() {
		while (this.opening) {
			this.opened.awaitUninterruptibly();
		}
	}

	@Override
	public void stoppedByItself(WatchRun<T> run, String reason) {
		this.lock.lock();
		try {
			if (this.run == run) {
				this.wanted = false;
				this.stopCause = reason;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void ended(WatchRun<T> run, @Nullable Checkpoint handled) {
		this.lock.lock();
		try {
			if (this.run == run) {
				this.run = null;
				this.handled = (handled != null) ? handled : this.handled;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void left(WatchRun<T> run) {
		try {
			open();
		}
		catch (RuntimeException ex) {
			logger.error("Watch '" + this.definition.id() + "' could not be restarted", ex);
		}
	}

	/**
	 * Begins no new call until {@link #resume()}, through stops and starts. What changes
	 * meanwhile is kept.
	 */
	void pause() {
		setPaused(true);
	}

	void resume() {
		setPaused(false);
	}

	private void setPaused(boolean paused) {
		this.lock.lock();
		try {
			this.paused = paused;
			if (this.run != null) {
				this.run.setPaused(paused);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isWanted() {
		this.lock.lock();
		try {
			return this.wanted;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isPaused() {
		this.lock.lock();
		try {
			return this.paused;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The current run.
	 * @return the run, {@code null} if the watch is stopped
	 */
	@Nullable WatchRun<T> run() {
		this.lock.lock();
		try {
			return this.run;
		}
		finally {
			this.lock.unlock();
		}
	}

	EtcdWatchContainerStatus status() {
		WatchRun<T> run;
		boolean running;
		boolean paused;
		String stopCause;
		this.lock.lock();
		try {
			run = this.run;
			running = run != null && isDue();
			paused = this.paused;
			stopCause = this.stopCause;
		}
		finally {
			this.lock.unlock();
		}
		return new EtcdWatchContainerStatus(this.definition.id(), this.definition.range(), running, paused,
				(run != null) ? run.subscription().status() : null, this.counts.get(DeliveryOutcome.DELIVERED),
				this.counts.get(DeliveryOutcome.FAILED), this.counts.get(DeliveryOutcome.SKIPPED),
				(run != null) ? run.longestCall() : null, (run != null) ? run.threadNames() : List.of(), stopCause);
	}

}

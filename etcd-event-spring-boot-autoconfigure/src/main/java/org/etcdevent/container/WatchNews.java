package org.etcdevent.container;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.consumer.SubscriptionListener;
import org.jspecify.annotations.Nullable;

/**
 * What a run lets others know of itself: where it stands in etcd, and that its first
 * state was attempted. Thread-safe.
 */
final class WatchNews implements SubscriptionListener {

	private final String id;

	/** Whether its method receives an initial state even if that is empty. */
	private final boolean whole;

	private final WatchEvents events;

	/** Opens once the initial state was attempted, or never will be. */
	private final CountDownLatch settled = new CountDownLatch(1);

	/** Guards what follows, and the order of events. */
	private final ReentrantLock lock = new ReentrantLock();

	/** What was published last, {@code null} once the run has ended; by lock. */
	private @Nullable EtcdWatchState state = EtcdWatchState.IDLE;

	/** By lock. */
	private boolean synced;

	WatchNews(String id, boolean whole, WatchEvents events) {
		this.id = id;
		this.whole = whole;
		this.events = events;
	}

	@Override
	public void onState(EtcdWatchState before, EtcdWatchState now, String cause) {
		this.lock.lock();
		try {
			if (this.state != null && this.state != now) {
				this.events.stateChanged(this.id, this.state, now, cause);
				this.state = now;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void onSynced() {
		if (!this.whole) {
			synced();
		}
	}

	/**
	 * A call has ended and was answered.
	 */
	void attempted() {
		if (this.whole) {
			synced();
		}
	}

	private void synced() {
		this.lock.lock();
		try {
			if (!this.synced && this.state != null) {
				this.synced = true;
				this.events.synced(this.id);
			}
		}
		finally {
			this.lock.unlock();
		}
		this.settled.countDown();
	}

	/**
	 * The run has ended; nothing follows.
	 */
	void ended(String cause) {
		this.lock.lock();
		try {
			if (this.state != null && this.state != EtcdWatchState.IDLE) {
				this.events.stateChanged(this.id, this.state, EtcdWatchState.IDLE, cause);
			}
			this.state = null;
		}
		finally {
			this.lock.unlock();
		}
		this.settled.countDown();
	}

	/** Ends the wait for the initial state. */
	void endWait() {
		this.settled.countDown();
	}

	/**
	 * Waits until the initial state was attempted, or never will be because the run
	 * ended.
	 * @param deadline the {@link System#nanoTime()} until which to wait
	 * @return {@code false} if the time ran out
	 */
	boolean awaitFirstState(long deadline) throws InterruptedException {
		return this.settled.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
	}

}

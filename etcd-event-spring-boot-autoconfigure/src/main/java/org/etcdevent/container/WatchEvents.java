package org.etcdevent.container;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.listener.EtcdWatchStateChangedEvent;
import org.etcdevent.listener.EtcdWatchSyncedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Publishes application events on a thread that lives as long as there are some, so that
 * neither the event loop nor a watch waits for who listens. Keeps one entry a watch, of
 * what was not published yet. Thread-safe.
 */
final class WatchEvents {

	private static final Log logger = LogFactory.getLog(WatchEvents.class);

	private final Consumer<Object> publisher;

	private final ThreadFactory threads;

	/** Guards what follows. Not held while calling out. */
	private final ReentrantLock lock = new ReentrantLock();

	/** Signals that all is published. */
	private final Condition quiet = this.lock.newCondition();

	/** By id; by lock. */
	private final Map<String, Untold> untold = new LinkedHashMap<>();

	/** Whether a thread publishes or is about to; by lock. */
	private boolean publishing;

	/** The thread that publishes, once it runs; by lock. */
	private @Nullable Thread thread;

	/** By lock. */
	private boolean closed;

	WatchEvents(Consumer<Object> publisher, ThreadFactory threads) {
		this.publisher = publisher;
		this.threads = threads;
	}

	void stateChanged(String id, EtcdWatchState from, EtcdWatchState to, String cause) {
		offer(id, new Untold(from, to, cause, false));
	}

	void synced(String id) {
		offer(id, new Untold(null, null, "", true));
	}

	private void offer(String id, Untold news) {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			this.untold.merge(id, news, Untold::and);
			if (this.publishing) {
				return;
			}
			this.publishing = true;
		}
		finally {
			this.lock.unlock();
		}
		startThread();
	}

	private void startThread() {
		try {
			Thread publishing = this.threads.newThread(this::publishAll);
			publishing.setName("etcd-watch-events");
			publishing.start();
		}
		catch (Throwable ex) {
			logger.warn("Events of watches delayed: could not start the publisher thread", ex);
			finish();
		}
	}

	private void publishAll() {
		this.lock.lock();
		try {
			this.thread = Thread.currentThread();
		}
		finally {
			this.lock.unlock();
		}
		Map.Entry<String, Untold> next;
		while ((next = next()) != null) {
			publish(next.getKey(), next.getValue());
		}
	}

	private Map.@Nullable Entry<String, Untold> next() {
		this.lock.lock();
		try {
			Iterator<Map.Entry<String, Untold>> all = this.untold.entrySet().iterator();
			if (!all.hasNext()) {
				finish();
				return null;
			}
			Map.Entry<String, Untold> first = Map.entry(all.next().getKey(), this.untold.values().iterator().next());
			all.remove();
			return first;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void finish() {
		this.lock.lock();
		try {
			this.publishing = false;
			this.thread = null;
			this.quiet.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void publish(String id, Untold news) {
		EtcdWatchState from = news.from;
		EtcdWatchState to = news.to;
		if (from != null && to != null && from != to) {
			publish(new EtcdWatchStateChangedEvent(id, from, to, news.cause));
		}
		if (news.synced) {
			publish(new EtcdWatchSyncedEvent(id));
		}
	}

	private void publish(Object event) {
		try {
			this.publisher.accept(event);
		}
		catch (Throwable ex) {
			logger.warn("A listener to " + event + " failed", ex);
		}
	}

	/**
	 * Waits until all is published; not on the thread that publishes.
	 * @param timeout how long to wait at the most
	 */
	void flush(Duration timeout) {
		this.lock.lock();
		try {
			long left = timeout.toNanos();
			while (this.publishing && this.thread != Thread.currentThread() && left > 0) {
				left = this.quiet.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Publishes nothing any more, and interrupts the listener that is still busy.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.untold.clear();
			if (this.thread != null && this.thread != Thread.currentThread()) {
				this.thread.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What was not published of a watch.
	 *
	 * @param from the state that was published last, {@code null} if it did not change
	 * @param to the newest state, likewise
	 * @param cause the cause of the newest state
	 * @param synced whether the initial state was attempted
	 */
	private record Untold(@Nullable EtcdWatchState from, @Nullable EtcdWatchState to, String cause, boolean synced) {

		Untold and(Untold later) {
			return new Untold((this.from != null) ? this.from : later.from, (later.to != null) ? later.to : this.to,
					(later.to != null) ? later.cause : this.cause, this.synced || later.synced);
		}

	}

}

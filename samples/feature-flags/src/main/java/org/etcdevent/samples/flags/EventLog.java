package org.etcdevent.samples.flags;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.KeyRange;

import org.springframework.stereotype.Component;

/**
 * The latest events, for the log and for the page. Thread-safe.
 */
@Component
public class EventLog {

	private static final Log logger = LogFactory.getLog(EventLog.class);

	private static final int KEPT = 40;

	private final Lock lock = new ReentrantLock();

	private final Condition added = this.lock.newCondition();

	/** The newest first. */
	private final Deque<Event> events = new ArrayDeque<>();

	private long last;

	/**
	 * Adds an event.
	 * @param text one line without control characters: a key belongs in it as
	 * {@link KeyRange#printable} shows it
	 */
	public void add(String text) {
		logger.info(text);
		this.lock.lock();
		try {
			this.events.addFirst(new Event(++this.last, Instant.now(), text));
			if (this.events.size() > KEPT) {
				this.events.removeLast();
			}
			this.added.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The latest events.
	 * @return a copy, the newest first
	 */
	public List<Event> events() {
		this.lock.lock();
		try {
			return List.copyOf(this.events);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for an event that the caller has not seen.
	 * @param seen the number of the newest event that the caller knows, 0 for none
	 * @param millis the longest time to wait, in milliseconds
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void awaitNews(long seen, long millis) throws InterruptedException {
		long left = TimeUnit.MILLISECONDS.toNanos(millis);
		this.lock.lock();
		try {
			while (this.last <= seen && left > 0) {
				left = this.added.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * An event.
	 *
	 * @param number its number, counted from 1
	 * @param time when it happened
	 * @param text what happened
	 */
	public record Event(long number, Instant time, String text) {
	}

}

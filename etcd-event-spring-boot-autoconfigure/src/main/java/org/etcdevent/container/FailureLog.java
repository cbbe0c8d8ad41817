package org.etcdevent.container;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.etcdevent.EtcdUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Says that a watch's method fails: at once, then at most once a minute with the count,
 * and once when nothing fails any more. The rest goes to DEBUG. Never says a value.
 */
final class FailureLog {

	private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

	/** Stands for a initial state without keys. */
	private static final ByteBuffer NO_KEY = ByteBuffer.allocate(0);

	private final Log log;

	private final String id;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * What failed and was not handled since; by lock. At most the keys that are pending.
	 */
	private final Set<ByteBuffer> failing = new HashSet<>();

	/** Whether there are some; written by lock. */
	private volatile boolean anyFailing;

	/** Failed calls that no WARN has reported; by lock. */
	private long untold;

	/** Failed calls since nothing failed; by lock. */
	private long failures;

	/** Whether a WARN reported these; by lock. */
	private boolean told;

	/** When the last WARN was; by lock. */
	private @Nullable Long lastWarn;

	FailureLog(Log log, String id, LongSupplier nanoTime) {
		this.log = log;
		this.id = id;
		this.nanoTime = nanoTime;
	}

	void failed(List<? extends EtcdUpdate<?>> updates, Throwable exception, String consequence) {
		boolean warn;
		long others = 0;
		this.lock.lock();
		try {
			updates.forEach((update) -> this.failing.add(key(update)));
			if (updates.isEmpty()) {
				this.failing.add(NO_KEY);
			}
			this.anyFailing = true;
			this.failures++;
			this.untold++;
			long now = this.nanoTime.getAsLong();
			warn = this.lastWarn == null || now - this.lastWarn >= QUIET_NANOS;
			if (warn) {
				others = this.untold - 1;
				this.lastWarn = now;
				this.untold = 0;
				this.told = true;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (warn || this.log.isDebugEnabled()) {
			write(warn, message(updates, consequence, others), exception);
		}
	}

	/**
	 * Something was handled or given up.
	 * @param updates what it was
	 * @param whole whether it was all that was pending
	 * @param handled whether it was handled
	 */
	void settled(List<? extends EtcdUpdate<?>> updates, boolean whole, boolean handled) {
		if (!this.anyFailing) {
			return;
		}
		long count;
		this.lock.lock();
		try {
			if (whole) {
				this.failing.clear();
			}
			updates.forEach((update) -> this.failing.remove(key(update)));
			if (!this.failing.isEmpty()) {
				return;
			}
			this.anyFailing = false;
			count = (this.told && handled) ? this.failures : 0;
			this.failures = 0;
			this.told = false;
		}
		finally {
			this.lock.unlock();
		}
		if (count > 0) {
			this.log.info("Watch '" + this.id + "' handles everything again, after " + calls(count));
		}
	}

	private void write(boolean warn, String message, Throwable exception) {
		if (warn) {
			this.log.warn(message, exception);
		}
		else {
			this.log.debug(message, exception);
		}
	}

	private String message(List<? extends EtcdUpdate<?>> updates, String consequence, long others) {
		Object what = (updates.size() == 1) ? updates.get(0) : updates.size() + " updates";
		return "Watch '" + this.id + "' failed to handle the " + what + "; " + consequence
				+ ((others > 0) ? " (and " + calls(others) + " since this was last reported)" : "");
	}

	private static String calls(long count) {
		return count + ((count == 1) ? " failed call" : " failed calls");
	}

	private static ByteBuffer key(EtcdUpdate<?> update) {
		return ByteBuffer.wrap(update.keyBytes());
	}

}

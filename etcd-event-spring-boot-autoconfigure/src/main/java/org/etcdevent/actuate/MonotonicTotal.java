package org.etcdevent.actuate;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A sum over counters that begin again at zero whenever a watch is started again.
 */
final class MonotonicTotal {

	/** Guards what follows, and the order of readings. */
	private final ReentrantLock lock = new ReentrantLock();

	/** What earlier counters had reached. */
	private long before;

	private long last;

	/**
	 * Takes what the counter shows now. It is read under the lock, for two registries
	 * whose readings arrive in the wrong order would look like a new beginning.
	 * @param counter the counter, lower than before if it began again, {@code null} if
	 * there is none at the moment
	 * @return the sum, which never falls
	 */
	long update(Supplier<@Nullable Long> counter) {
		this.lock.lock();
		try {
			Long current = counter.get();
			if (current == null) {
				return this.before + this.last;
			}
			if (current < this.last) {
				this.before += this.last;
			}
			this.last = current;
			return this.before + current;
		}
		finally {
			this.lock.unlock();
		}
	}

}

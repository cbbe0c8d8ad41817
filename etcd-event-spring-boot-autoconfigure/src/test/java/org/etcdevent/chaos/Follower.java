package org.etcdevent.chaos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that holds what it is told against the promises, and remembers what it
 * handled. Called by the threads of its watch.
 */
final class Follower {

	private static final Told NOTHING = new Told(-1, null, 0);

	private final String name;

	private final WriteLog log;

	/** How often the cluster was set back so far. */
	private final IntSupplier restores;

	private final long delayNanos;

	/** One call in so many fails; 0 for none. */
	private final int failures;

	private final Map<String, Long> handled = new ConcurrentHashMap<>();

	private final Map<String, Told> told = new ConcurrentHashMap<>();

	private final Map<String, Boolean> inCall = new ConcurrentHashMap<>();

	private final Queue<String> violations = new ConcurrentLinkedQueue<>();

	private final AtomicLong calls = new AtomicLong();

	Follower(String name, WriteLog log, IntSupplier restores, long delayMillis, int failures) {
		this.name = name;
		this.log = log;
		this.restores = restores;
		this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
		this.failures = failures;
	}

	void onUpdate(EtcdUpdate<Long> update) {
		if (this.inCall.putIfAbsent(update.key(), true) != null) {
			violate("two calls at once for " + update.key());
		}
		try {
			check(update);
			work();
			handle(update);
		}
		finally {
			this.inCall.remove(update.key());
		}
	}

	void onBatch(List<EtcdUpdate<Long>> updates) {
		updates.forEach(this::check);
		work();
		updates.forEach(this::handle);
	}

	void onSnapshot(EtcdSnapshot<Long> snapshot) {
		snapshot.entries().forEach((key, value) -> {
			if (!this.log.mayBe(key, value)) {
				violate(key + " = " + value + ", which nobody wrote");
			}
		});
		work();
		this.handled.keySet().retainAll(snapshot.entries().keySet());
		this.handled.putAll(snapshot.entries());
	}

	private void check(EtcdUpdate<Long> update) {
		String key = update.key();
		Long value = update.value();
		Told before = this.told.getOrDefault(key, NOTHING);
		boolean back = update.revision() < before.revision();
		Told now = new Told(update.revision(), value, before.setBacks() + (back ? 1 : 0));
		if (value == null && before.value() == null && update.attempt() == 1) {
			violate(key + " is told as deleted at revision " + update.revision() + ", but was not there");
		}
		if (value != null && !this.log.mayBe(key, value)) {
			violate(key + " = " + value + ", which nobody wrote");
		}
		if (now.setBacks() > this.restores.getAsInt()) {
			violate(key + " goes back from revision " + before.revision() + " to " + update.revision());
		}
		if (before.revision() == now.revision() && this.restores.getAsInt() == 0 && update.attempt() == 1) {
			violate(key + " at revision " + update.revision() + " comes again, and not as a retry");
		}
		this.told.put(key, now);
	}

	private void work() {
		long call = this.calls.incrementAndGet();
		if (this.delayNanos > 0) {
			LockSupport.parkNanos(this.delayNanos);
		}
		if (this.failures > 0 && call % this.failures == 0) {
			throw new IllegalStateException("This fails now and then");
		}
	}

	private void handle(EtcdUpdate<Long> update) {
		Long value = update.value();
		if (value != null) {
			this.handled.put(update.key(), value);
		}
		else {
			this.handled.remove(update.key());
		}
	}

	private void violate(String what) {
		this.violations.add(this.name + ": " + what);
	}

	/**
	 * What it handled last.
	 * @return a copy, by key
	 */
	Map<String, Long> handled() {
		return new HashMap<>(this.handled);
	}

	List<String> violations() {
		return List.copyOf(this.violations);
	}

	long calls() {
		return this.calls.get();
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * What was told of a key last.
	 *
	 * @param revision its revision
	 * @param value its value, {@code null} for none
	 * @param setBacks how often its revision was lower than the one before
	 */
	private record Told(long revision, @Nullable Long value, int setBacks) {
	}

}

package org.etcdevent.samples.flags.demo;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The work of both handlers: it takes as long and fails as often as the settings say, and
 * remembers what was handled. Thread-safe.
 */
final class DemoWork {

	private static final long REST_MILLIS = 1_000;

	private final Supplier<DemoSettings> settings;

	/** The revision of what was handled last, negative for a deletion, by key. */
	private final Map<String, Long> handled = new ConcurrentHashMap<>();

	private final AtomicLong calls = new AtomicLong();

	private final AtomicLong failures = new AtomicLong();

	private volatile long lateMillis;

	private volatile long lastCallNanos = System.nanoTime();

	DemoWork(Supplier<DemoSettings> settings) {
		this.settings = settings;
	}

	/**
	 * Does the work.
	 * @param key the key
	 * @param value what {@link DemoWriter} wrote, {@code null} for a deletion
	 * @param revision its revision
	 */
	void handle(String key, @Nullable String value, long revision) throws InterruptedException {
		DemoSettings now = this.settings.get();
		this.calls.incrementAndGet();
		if (now.handlerMillis() > 0) {
			TimeUnit.MILLISECONDS.sleep(now.handlerMillis());
		}
		this.lastCallNanos = System.nanoTime();
		if (value != null) {
			this.lateMillis = System.currentTimeMillis() - DemoWriter.timeOf(value);
		}
		if (ThreadLocalRandom.current().nextInt(100) < now.failurePercent()) {
			this.failures.incrementAndGet();
			throw new IllegalStateException("The demo lets this call fail");
		}
		this.handled.put(key, (value != null) ? revision : -revision);
	}

	/**
	 * The progress.
	 * @param truth what is in etcd
	 * @return the state at this moment
	 */
	DemoState.ConsumerState state(DemoTruth truth) {
		int wrong = truth.differences(this.handled);
		long quiet = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.lastCallNanos);
		return new DemoState.ConsumerState(this.calls.get(), this.failures.get(), late(wrong, quiet), quiet, wrong);
	}

	/**
	 * A consumer that is no longer called is up to date, or its delay grows.
	 */
	private long late(int wrong, long quiet) {
		if (wrong > 0) {
			return Math.max(this.lateMillis, quiet);
		}
		return (quiet < REST_MILLIS) ? this.lateMillis : 0;
	}

	void forget() {
		this.handled.clear();
	}

}

package org.etcdevent.benchmarks.contender;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * A consumer that counts and, where asked to, takes its time and notes when it was told
 * what. One thread calls it.
 */
final class Probe implements Sink {

	private final long delayNanos;

	private final AtomicLong count = new AtomicLong();

	/** The highest that was told. */
	private final AtomicLong revision = new AtomicLong();

	private volatile @Nullable Samples samples;

	Probe(long delayNanos) {
		this.delayNanos = delayNanos;
	}

	@Override
	public void accept(String key, byte @Nullable [] value, long atRevision) {
		if (this.delayNanos > 0) {
			takeTime();
		}
		Samples noted = this.samples;
		if (noted != null && value != null && value.length >= 2 * Long.BYTES) {
			long now = System.nanoTime();
			ByteBuffer bytes = ByteBuffer.wrap(value);
			long age = now - bytes.getLong();
			noted.add(bytes.getLong(), now, age);
		}
		decoded(1, atRevision);
	}

	@Override
	public void decoded(int events, long atRevision) {
		this.count.lazySet(this.count.getPlain() + events);
		if (atRevision > this.revision.getPlain()) {
			this.revision.lazySet(atRevision);
		}
	}

	private void takeTime() {
		long end = System.nanoTime() + this.delayNanos;
		for (long left = this.delayNanos; left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	long count() {
		return this.count.get();
	}

	long revision() {
		return this.revision.get();
	}

	/** Notes from now on, and forgets what was noted before. */
	void record() {
		this.samples = new Samples();
	}

	Samples samples() {
		Samples noted = this.samples;
		if (noted == null) {
			throw new IllegalStateException("Nothing was recorded");
		}
		return noted;
	}

}

package org.etcdevent.benchmarks.contender;

import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * How much of the heap is needed at the most, found by collecting garbage again and
 * again, though not so often that nothing else gets done.
 */
final class HeapPeak {

	private final Thread sampler = new Thread(this::sample, "heap-peak");

	private volatile boolean ended;

	private volatile long highest;

	void start() {
		this.sampler.setDaemon(true);
		this.sampler.start();
	}

	private void sample() {
		while (!this.ended) {
			long begun = System.nanoTime();
			this.highest = Math.max(this.highest, used());
			LockSupport.parkNanos(2 * (System.nanoTime() - begun));
		}
	}

	/**
	 * Ends sampling.
	 * @return the highest that was used after a collection, in bytes
	 */
	long end() throws InterruptedException {
		this.ended = true;
		this.sampler.join();
		return this.highest;
	}

	/**
	 * What is used after a collection.
	 * @return bytes
	 */
	static long used() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}

package org.etcdevent.benchmarks.contender;

import java.util.Arrays;

/**
 * Deliveries, each with the number of its put, when it was handled and how old its value
 * was by then. Written by one thread; read when that rests.
 */
final class Samples {

	private long[] numbers = new long[1024];

	private long[] handledNanos = new long[1024];

	private long[] ageNanos = new long[1024];

	private int size;

	void add(long number, long handled, long age) {
		if (this.size == this.numbers.length) {
			this.numbers = Arrays.copyOf(this.numbers, 2 * this.size);
			this.handledNanos = Arrays.copyOf(this.handledNanos, 2 * this.size);
			this.ageNanos = Arrays.copyOf(this.ageNanos, 2 * this.size);
		}
		this.numbers[this.size] = number;
		this.handledNanos[this.size] = handled;
		this.ageNanos[this.size] = age;
		this.size++;
	}

	/**
	 * When the last of some puts was handled.
	 * @param after the number before the first that counts
	 * @return nanoseconds on the machine's clock
	 */
	long handledLast(long after) {
		long last = 0;
		for (int i = 0; i < this.size; i++) {
			if (this.numbers[i] > after) {
				last = Math.max(last, this.handledNanos[i]);
			}
		}
		return last;
	}

	/**
	 * How many puts were handled.
	 * @param after the number before the first that counts
	 * @return the number
	 */
	long handledCount(long after) {
		return Arrays.stream(this.numbers, 0, this.size).filter((number) -> number > after).distinct().count();
	}

	/**
	 * The ages in order.
	 * @return nanoseconds
	 */
	long[] ages() {
		long[] sorted = Arrays.copyOf(this.ageNanos, this.size);
		Arrays.sort(sorted);
		return sorted;
	}

	/**
	 * The oldest value handled in each interval.
	 * @param start when the first interval begins, in nanoseconds
	 * @param interval how long each is, in nanoseconds
	 * @return the highest age of each, in nanoseconds; 0 where nothing was handled
	 */
	long[] oldest(long start, long interval) {
		long[] oldest = new long[0];
		for (int i = 0; i < this.size; i++) {
			int place = (int) Math.max(0, (this.handledNanos[i] - start) / interval);
			if (place >= oldest.length) {
				oldest = Arrays.copyOf(oldest, place + 1);
			}
			oldest[place] = Math.max(oldest[place], this.ageNanos[i]);
		}
		return oldest;
	}

}

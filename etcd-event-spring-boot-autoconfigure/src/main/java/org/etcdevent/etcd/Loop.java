package org.etcdevent.etcd;

/**
 * The one thread on which feeds and transport live, and its clock. Tasks run one after
 * the other, in the order in which they were handed in.
 */
public interface Loop {

	/**
	 * Runs a task on the loop, after those already waiting and never inside this call,
	 * but before more is read from the network: Netty gives tasks that lead to others up
	 * to a second. Once the loop has ended, tasks are dropped. Thread-safe.
	 * @param task the task; what it throws is logged and ends only itself
	 */
	void execute(Runnable task);

	/**
	 * Runs a task on the loop once a delay has passed and what has come from the network
	 * was seen to. Called on the loop only.
	 * @param delayNanos the delay in nanoseconds, 0 for none
	 * @param task the task
	 * @return what cancels it
	 */
	Timer schedule(long delayNanos, Runnable task);

	/**
	 * The loop's clock: it never goes back and has no relation to the time of day.
	 * Thread-safe.
	 * @return nanoseconds
	 */
	long nanoTime();

	/**
	 * A task that waits for its time.
	 */
	@FunctionalInterface
	interface Timer {

		/**
		 * Makes sure that the task does not run. Called on the loop only; idempotent.
		 */
		void cancel();

	}

}

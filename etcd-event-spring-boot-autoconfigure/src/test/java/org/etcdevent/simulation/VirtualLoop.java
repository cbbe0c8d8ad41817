package org.etcdevent.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

import org.etcdevent.etcd.Loop;

/**
 * A loop whose time passes only when a test lets it, so that hours take milliseconds and
 * a run can be repeated exactly. Tasks run on the thread that drives it.
 */
public final class VirtualLoop implements Loop {

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(
			Comparator.comparingLong(Task::due).thenComparingLong(Task::number));

	private volatile long now;

	private long lastNumber;

	/** How many tasks have run; the driver's. */
	private long steps;

	/** What lets tasks wait; null for nothing. */
	private RandomGenerator delays;

	private Chance delayed;

	private long maxDelay;

	private long lastHandedIn;

	/**
	 * From now on, a task that is handed in may have to wait for its turn for a while,
	 * one that only lets the network go first as well.
	 * @param random what decides how long
	 * @param chance how often
	 * @param max the longest
	 */
	void delays(RandomGenerator random, Chance chance, Duration max) {
		this.delays = random;
		this.delayed = chance;
		this.maxDelay = max.toNanos();
	}

	@Override
	public synchronized void execute(Runnable task) {
		this.lastHandedIn = Math.max(this.lastHandedIn, this.now + delay());
		add(this.lastHandedIn - this.now, task);
	}

	@Override
	public Timer schedule(long delayNanos, Runnable task) {
		Task added = add((delayNanos > 0) ? delayNanos : delay(), task);
		return () -> remove(added);
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	/**
	 * Runs what is due now, and what that leads to without time passing.
	 */
	public void run() {
		runFor(Duration.ZERO);
	}

	/**
	 * Lets time pass.
	 * @param time how long
	 */
	public void runFor(Duration time) {
		long end = this.now + time.toNanos();
		Task next;
		while ((next = next(end)) != null) {
			run(next);
		}
		this.now = end;
	}

	/**
	 * Time passes while nothing runs, as for a process that is stopped and goes on later.
	 * @param time how long
	 */
	public void freeze(Duration time) {
		this.now = nanoTime() + time.toNanos();
		run();
	}

	/** What was held up runs late: time does not go back. */
	private void run(Task task) {
		this.steps++;
		this.now = Math.max(this.now, task.due());
		task.action().run();
	}

	/**
	 * Lets time pass until something has come about.
	 * @param condition what to wait for
	 * @param limit how long to wait at the most
	 * @return whether it has
	 */
	public boolean runUntil(BooleanSupplier condition, Duration limit) {
		long end = this.now + limit.toNanos();
		while (!condition.getAsBoolean()) {
			Task next = next(end);
			if (next == null) {
				this.now = end;
				return condition.getAsBoolean();
			}
			run(next);
		}
		return true;
	}

	/**
	 * How many tasks have run.
	 * @return the number
	 */
	public long steps() {
		return this.steps;
	}

	/**
	 * How many tasks wait for their time.
	 * @return the number
	 */
	public synchronized int waiting() {
		return this.tasks.size();
	}

	private synchronized long delay() {
		boolean waits = this.delays != null && this.delayed.happens(this.delays);
		return waits ? this.delays.nextLong(this.maxDelay) : 0;
	}

	private synchronized Task add(long delayNanos, Runnable action) {
		Task task = new Task(this.now + Math.max(0, delayNanos), ++this.lastNumber, action);
		this.tasks.add(task);
		return task;
	}

	private synchronized void remove(Task task) {
		this.tasks.remove(task);
	}

	private synchronized Task next(long end) {
		Task next = this.tasks.peek();
		return (next != null && next.due() <= end) ? this.tasks.remove() : null;
	}

	private record Task(long due, long number, Runnable action) {
	}

}

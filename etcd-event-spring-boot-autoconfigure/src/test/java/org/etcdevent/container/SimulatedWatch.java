package org.etcdevent.container;

import java.util.List;
import java.util.concurrent.ThreadFactory;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.KeyRange;
import org.etcdevent.QuietPeriod;
import org.etcdevent.consumer.Delivery;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.consumer.Subscription;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.RetrySettings;

/**
 * A container whose threads never run: the simulation takes their turns, and so decides
 * which comes when.
 */
public final class SimulatedWatch {

	private static final ThreadFactory NEVER_STARTED = (work) -> new NeverRunning(work, false);

	private final Code code;

	private final EtcdWatchContainer<String> container;

	/** How often the user's code was called. */
	private long calls;

	private WatchRun<String> run;

	/** Those of the run. */
	private List<Seat> seats = List.of();

	private boolean closing;

	/**
	 * A watch that does not run yet.
	 * @param concurrency how many keys it handles at once, 0 for snapshots
	 */
	public SimulatedWatch(String id, KeyRange range, EtcdDecoder<String> decoder, int concurrency, RetrySettings retry,
			FeedValues values, Code code) {
		this.code = code;
		TakeMode mode = (concurrency > 0) ? TakeMode.ONE : TakeMode.SNAPSHOT;
		WatchDefinition<String> definition = new WatchDefinition<>(id, "a simulation", range, decoder, new Target(mode),
				Math.max(1, concurrency), true, code, QuietPeriod.NONE);
		this.container = new EtcdWatchContainer<>(definition, values, this::thread, () -> true,
				new WatchEvents((event) -> {
				}, NEVER_STARTED), retry, List.of());
	}

	private Thread thread(Runnable work) {
		return this.code.refusesThread() ? null : new NeverRunning(work, this.code.refusesStart());
	}

	/**
	 * Starts it, or has it start again once it has stopped.
	 * @return whether there were threads for it
	 */
	public boolean start() {
		try {
			this.container.resume();
			this.container.start();
			return true;
		}
		catch (IllegalStateException ex) {
			return false;
		}
		finally {
			look();
		}
	}

	public void pause() {
		this.container.pause();
	}

	public void stop() {
		this.container.stop();
	}

	/** The calls got their time to end. */
	public void interruptCalls() {
		this.run.interruptCalls();
	}

	/** The calls did not end, not even now. */
	public void abandon() {
		this.code.ended();
		this.run.abandon();
		look();
	}

	/** Ends it as it is, for it is broken. */
	public void breakOff() {
		this.container.remove();
		if (this.run != null) {
			this.run.abandon();
		}
	}

	/** Stops it for good. What it calls just now may end later. */
	public void close() {
		this.closing = true;
		this.container.remove();
		settle();
	}

	private void settle() {
		for (Seat seat : this.seats) {
			while (!seat.calling && !seat.isOver()) {
				turn(seat);
			}
		}
	}

	public boolean isRunning() {
		return this.run != null;
	}

	public Subscription<String> subscription() {
		return (this.run != null) ? this.run.subscription() : null;
	}

	public long count(DeliveryOutcome outcome) {
		EtcdWatchContainerStatus status = this.container.status();
		return switch (outcome) {
			case DELIVERED -> status.delivered();
			case FAILED -> status.failed();
			case SKIPPED -> status.skipped();
		};
	}

	/**
	 * Lets one of the threads do what it has to.
	 * @param number which of them; there are as many as keys are handled at once
	 * @return whether there was anything to do
	 */
	public boolean turn(int number) {
		return number < this.seats.size() && turn(this.seats.get(number));
	}

	/** One turn, and what it came to. */
	private boolean turn(Seat seat) {
		if (seat.calling || seat.isOver()) {
			return false;
		}
		Delivery<String> before = seat.worker.taken();
		boolean acted = (before != null) ? call(seat, before) : seat.run.turn(seat.worker);
		Delivery<String> after = seat.worker.taken();
		if (after != null) {
			this.code.taken(after);
		}
		if (acted && seat.isOver()) {
			left(seat);
		}
		return acted;
	}

	private boolean call(Seat seat, Delivery<String> delivery) {
		long callsBefore = this.calls;
		seat.calling = true;
		try {
			seat.run.turn(seat.worker);
		}
		catch (EtcdWatcherClosedException ex) {
			// It was left behind.
		}
		finally {
			seat.calling = false;
		}
		if (this.calls == callsBefore) {
			this.code.released(delivery);
		}
		if (this.closing) {
			settle();
		}
		return true;
	}

	private void left(Seat seat) {
		if (seat.run == this.run && this.seats.stream().allMatch(Seat::isOver)) {
			this.code.ended();
		}
		look();
	}

	/** The container may have another run by now, or none. */
	private void look() {
		WatchRun<String> now = this.container.run();
		if (this.run != now) {
			this.run = now;
			this.seats = (now != null) ? now.workers().stream().map((worker) -> new Seat(now, worker)).toList()
					: List.of();
		}
	}

	/**
	 * The user's code, and what else is outside of the container.
	 */
	public interface Code extends EtcdWatchErrorHandler {

		/** A thread has taken something and is about to call. */
		void taken(Delivery<String> delivery);

		void call(Delivery<String> delivery) throws Exception;

		/** What a thread has taken is given back, for it may not call any more. */
		void released(Delivery<String> delivery);

		/** The run has ended, or is about to although calls still run. */
		void ended();

		boolean refusesThread();

		boolean refusesStart();

	}

	/**
	 * The user's code, which gets the whole delivery.
	 */
	private final class Target implements WatchTarget<String> {

		private final TakeMode mode;

		Target(TakeMode mode) {
			this.mode = mode;
		}

		@Override
		public TakeMode mode() {
			return this.mode;
		}

		@Override
		public void invoke(Delivery<String> delivery) throws Exception {
			SimulatedWatch.this.calls++;
			SimulatedWatch.this.code.call(delivery);
		}

	}

	/**
	 * Where a thread of a run is.
	 */
	private static final class Seat {

		private final WatchRun<String> run;

		private final WatchWorker<String> worker;

		/** Whether it is in a call, from inside of which others take their turns. */
		private boolean calling;

		Seat(WatchRun<String> run, WatchWorker<String> worker) {
			this.run = run;
			this.worker = worker;
		}

		/** A thread that was refused takes no turns, not even to leave. */
		boolean isOver() {
			return !((NeverRunning) this.worker.thread()).started || this.worker.hasLeft();
		}

	}

	/**
	 * A thread in name only.
	 */
	private static final class NeverRunning extends Thread {

		private final boolean refuses;

		private boolean started;

		NeverRunning(Runnable work, boolean refuses) {
			super(work);
			this.refuses = refuses;
		}

		@Override
		public synchronized void start() {
			if (this.refuses) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.started = true;
		}

	}

}

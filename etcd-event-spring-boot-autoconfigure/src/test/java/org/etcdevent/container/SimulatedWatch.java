package org.etcdevent.container;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
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
 * A container whose threads never run: what they would do is done on the caller's, a turn
 * at a time, so that a simulation decides who comes when. All of it is production code,
 * but for the taking: that must not wait here.
 */
public final class SimulatedWatch {

	private static final MethodHandle CALL = method("call", WatchWorker.class, Delivery.class, long.class);

	private static final MethodHandle CALL_MORE = method("callMore", WatchWorker.class);

	private static final MethodHandle LEAVE = method("leave", int.class);

	private static final MethodHandle WORKERS = field(WatchRun.class, "workers", List.class);

	private static final MethodHandle GATE = field(WatchRun.class, "gate", RunGate.class);

	private static final MethodHandle STOPPING = field(RunGate.class, "stopping", boolean.class);

	private static final MethodHandle PAUSED = field(RunGate.class, "paused", boolean.class);

	private static final ThreadFactory NEVER_STARTED = (work) -> new NeverRunning(work, false);

	private final Code code;

	private final TakeMode mode;

	private final EtcdWatchContainer<String> container;

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
		this.mode = (concurrency > 0) ? TakeMode.ONE : TakeMode.SNAPSHOT;
		WatchTarget<String> target = new Target(this.mode, code);
		WatchDefinition<String> definition = new WatchDefinition<>(id, "a simulation", range, decoder, target,
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
			while (!seat.calling && !seat.left) {
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

	/** Follows {@link WatchRun}, step by step. */
	private boolean turn(Seat seat) {
		if (seat.left || seat.calling) {
			return false;
		}
		if (seat.taken != null) {
			call(seat);
			return true;
		}
		if (seat.isStopping()) {
			leave(seat);
			return true;
		}
		if (seat.isPaused()) {
			return false;
		}
		seat.taken = take(seat.run.subscription());
		if (seat.taken != null) {
			this.code.taken(seat.taken);
		}
		return seat.taken != null;
	}

	private Delivery<String> take(Subscription<String> subscription) {
		try {
			return (this.mode == TakeMode.ONE) ? subscription.poll(Duration.ZERO)
					: subscription.pollSnapshot(Duration.ZERO);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void call(Seat seat) {
		Delivery<String> delivery = seat.taken;
		seat.taken = null;
		long since = System.nanoTime();
		if (!seat.gate.begin(seat.worker, since)) {
			this.code.released(delivery);
			seat.run.subscription().release(delivery);
			return;
		}
		seat.calling = true;
		try {
			invoke(() -> CALL.invoke(seat.run, seat.worker, delivery, since));
			invoke(() -> CALL_MORE.invoke(seat.run, seat.worker));
		}
		catch (EtcdWatcherClosedException ex) {
			// It was left behind.
		}
		finally {
			seat.gate.finish(seat.worker);
			seat.calling = false;
		}
		seat.run.news().attempted();
		if (this.closing) {
			settle();
		}
	}

	private void leave(Seat seat) {
		seat.left = true;
		if (seat.run == this.run && this.seats.stream().allMatch((one) -> one.left)) {
			this.code.ended();
		}
		invoke(() -> LEAVE.invoke(seat.run, 1));
		look();
	}

	/** The container may have another run by now, or none. */
	private void look() {
		WatchRun<String> now = this.container.run();
		if (this.run != now) {
			this.run = now;
			this.seats = (now != null) ? seats(now) : List.of();
		}
	}

	@SuppressWarnings("unchecked")
	private static List<Seat> seats(WatchRun<String> run) {
		List<WatchWorker> workers = (List<WatchWorker>) invoke(() -> WORKERS.invoke(run));
		RunGate gate = (RunGate) invoke(() -> GATE.invoke(run));
		return workers.stream().map((worker) -> new Seat(run, gate, worker)).toList();
	}

	private static Object invoke(Call call) {
		try {
			return call.call();
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static MethodHandle method(String name, Class<?>... parameters) {
		try {
			return MethodHandles.privateLookupIn(WatchRun.class, MethodHandles.lookup())
				.findVirtual(WatchRun.class, name, MethodType.methodType(void.class, parameters));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static MethodHandle field(Class<?> type, String name, Class<?> fieldType) {
		try {
			return MethodHandles.privateLookupIn(type, MethodHandles.lookup()).findGetter(type, name, fieldType);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
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

		/** The run is about to end. */
		void ended();

		boolean refusesThread();

		boolean refusesStart();

	}

	/**
	 * The user's code, which gets the whole delivery.
	 */
	private record Target(TakeMode mode, Code code) implements WatchTarget<String> {

		@Override
		public void invoke(Delivery<String> delivery) throws Exception {
			this.code.call(delivery);
		}

	}

	@FunctionalInterface
	private interface Call {

		Object call() throws Throwable;

	}

	/**
	 * Where a thread of a run is.
	 */
	private static final class Seat {

		private final WatchRun<String> run;

		private final RunGate gate;

		private final WatchWorker worker;

		private Delivery<String> taken;

		private boolean calling;

		private boolean left;

		Seat(WatchRun<String> run, RunGate gate, WatchWorker worker) {
			this.run = run;
			this.gate = gate;
			this.worker = worker;
			this.left = !((NeverRunning) worker.thread()).started;
		}

		boolean isPaused() {
			return (boolean) invoke(() -> PAUSED.invoke(this.gate));
		}

		boolean isStopping() {
			return (boolean) invoke(() -> STOPPING.invoke(this.gate));
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

package org.etcdevent.feed;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;

/**
 * What stands between an owner of state and all that calls it: timers, answers and
 * callbacks of the transport. Whatever a step throws becomes a failure of the owner,
 * which it retries like any other. Loop only.
 */
final class Boundary implements Loop, EtcdTransport {

	private static final Log logger = LogFactory.getLog(Boundary.class);

	/** Until an owner that cannot even fail does so again. */
	private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

	private final Loop loop;

	private final EtcdTransport transport;

	private final Consumer<Failure> owner;

	/**
	 * A boundary.
	 * @param owner gets what a step throws, as a failure; called until it succeeds
	 */
	Boundary(Loop loop, EtcdTransport transport, Consumer<Failure> owner) {
		this.loop = loop;
		this.transport = transport;
		this.owner = owner;
	}

	/** Runs a step of the owner. */
	void run(Runnable step) {
		try {
			step.run();
		}
		catch (RuntimeException | Error ex) {
			fail(ex);
		}
	}

	private void fail(Throwable thrown) {
		try {
			logger.debug("A step failed", thrown);
			this.owner.accept(failure(thrown));
		}
		catch (RuntimeException | Error ex) {
			this.loop.schedule(AGAIN, () -> fail(ex));
		}
	}

	/** By its class only: the message of an exception may hold a value. */
	static Failure failure(Throwable thrown) {
		return new Failure(Failure.Kind.OTHER, "a step failed with " + thrown.getClass().getName());
	}

	@Override
	public void execute(Runnable task) {
		this.loop.execute(() -> run(task));
	}

	@Override
	public Timer schedule(long delayNanos, Runnable task) {
		return this.loop.schedule(delayNanos, () -> run(task));
	}

	@Override
	public long nanoTime() {
		return this.loop.nanoTime();
	}

	@Override
	public WatchStream open(WatchListener listener) {
		return this.transport.open(new Callbacks(listener));
	}

	@Override
	public Timer read(RangeRead read, ReadListener listener) {
		return ask(listener, (answer) -> this.transport.read(read, answer));
	}

	@Override
	public Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		return ask(listener, (answer) -> this.transport.readKeys(keys, revision, timeoutNanos, answer));
	}

	/** A read that throws may have been sent all the same, and is not to be answered. */
	private Timer ask(ReadListener listener, Function<ReadListener, Timer> read) {
		Answer answer = new Answer(listener);
		try {
			Timer sent = read.apply(answer);
			return () -> {
				answer.wanted = false;
				attempt(sent::cancel);
			};
		}
		catch (RuntimeException | Error ex) {
			answer.wanted = false;
			throw ex;
		}
	}

	/**
	 * Ends what is not wanted any more: where that throws, it is ignored all the same.
	 */
	static void attempt(Runnable end) {
		try {
			end.run();
		}
		catch (RuntimeException | Error ex) {
			logger.debug("What is not wanted any more could not be ended", ex);
		}
	}

	/** The answer to a read of the owner that goes another way. */
	ReadListener answer(ReadListener listener) {
		return new Answer(listener);
	}

	private final class Answer implements ReadListener {

		private final ReadListener listener;

		private boolean wanted = true;

		Answer(ReadListener listener) {
			this.listener = listener;
		}

		@Override
		public void onPage(Page page) {
			if (this.wanted) {
				run(() -> this.listener.onPage(page));
			}
		}

		@Override
		public void onFailure(Failure reason) {
			if (this.wanted) {
				run(() -> this.listener.onFailure(reason));
			}
		}

	}

	private final class Callbacks implements WatchListener {

		private final WatchListener listener;

		Callbacks(WatchListener listener) {
			this.listener = listener;
		}

		@Override
		public void onConnected() {
			run(this.listener::onConnected);
		}

		@Override
		public void onArriving() {
			run(this.listener::onArriving);
		}

		@Override
		public void onCreated(Stamp stamp, long watchId) {
			run(() -> this.listener.onCreated(stamp, watchId));
		}

		@Override
		public void onCanceled(Stamp stamp, long watchId, Failure reason) {
			run(() -> this.listener.onCanceled(stamp, watchId, reason));
		}

		@Override
		public void onEvents(Stamp stamp, long watchId, List<Entry> events, boolean fragment) {
			run(() -> this.listener.onEvents(stamp, watchId, events, fragment));
		}

		@Override
		public void onProgress(Stamp stamp, long watchId, boolean ordered) {
			run(() -> this.listener.onProgress(stamp, watchId, ordered));
		}

		@Override
		public void onStatus(MemberStatus status) {
			run(() -> this.listener.onStatus(status));
		}

		@Override
		public void onClosed(Failure reason) {
			run(() -> this.listener.onClosed(reason));
		}

	}

}

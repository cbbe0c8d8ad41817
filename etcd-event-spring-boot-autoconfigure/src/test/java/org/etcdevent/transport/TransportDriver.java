package org.etcdevent.transport;

import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.etcdevent.etcd.Entry;
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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Uses a transport as a feed does: asks on the loop. What comes back must come on the
 * loop, and never from inside the call that asked.
 */
final class TransportDriver implements AutoCloseable {

	static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

	final GrpcTransport transport;

	/** What was called in a way that it must not be. */
	final List<String> breaches = new CopyOnWriteArrayList<>();

	private volatile Thread asking;

	TransportDriver(URI... endpoints) {
		this(new TransportSettings(List.of(endpoints), null, null, null));
	}

	TransportDriver(TransportSettings settings) {
		this(settings, List.of());
	}

	TransportDriver(TransportSettings settings, List<EtcdWatchChannelCustomizer> customizers) {
		this.transport = new GrpcTransport(() -> settings, customizers);
	}

	TransportDriver(Supplier<TransportSettings> settings, Lookups.NameService names) {
		this.transport = new GrpcTransport(settings, List.of(), names);
	}

	static TransportDriver withUser(URI... endpoints) {
		return new TransportDriver(new TransportSettings(List.of(endpoints), "ann", "s3cret", null));
	}

	<T> T ask(Supplier<T> call) {
		CompletableFuture<T> result = new CompletableFuture<>();
		this.transport.loop().execute(() -> {
			this.asking = Thread.currentThread();
			try {
				result.complete(call.get());
			}
			catch (RuntimeException | Error ex) {
				result.completeExceptionally(ex);
			}
			finally {
				this.asking = null;
			}
		});
		return get(result);
	}

	void tell(Runnable call) {
		ask(() -> {
			call.run();
			return true;
		});
	}

	Heard open() {
		Heard heard = new Heard();
		heard.stream = ask(() -> this.transport.open(heard));
		return heard;
	}

	Answer read(RangeRead read) {
		return ask(() -> readNow(read));
	}

	Answer read(long timeoutMillis) {
		return read(range(TimeUnit.MILLISECONDS.toNanos(timeoutMillis)));
	}

	/** On the loop. */
	Answer readNow() {
		return readNow(range(PATIENCE));
	}

	private Answer readNow(RangeRead read) {
		Answer answer = new Answer();
		answer.cancel = this.transport.read(read, answer);
		return answer;
	}

	private static RangeRead range(long timeoutNanos) {
		return new RangeRead(new byte[] { 'a' }, new byte[] { 'b' }, 0, 0, RangeRead.Detail.ALL, timeoutNanos);
	}

	Answer read() {
		return read(TimeUnit.NANOSECONDS.toMillis(PATIENCE));
	}

	Answer readKeys(List<Key> keys, long revision) {
		Answer answer = new Answer();
		answer.cancel = ask(() -> this.transport.readKeys(keys, revision, PATIENCE, answer));
		return answer;
	}

	Answer answer() {
		return new Answer();
	}

	static <T> T get(CompletableFuture<T> future) {
		return future.orTimeout(PATIENCE, TimeUnit.NANOSECONDS).join();
	}

	@Override
	public void close() {
		this.transport.close();
		assertThat(this.breaches).isEmpty();
	}

	private void called(String method) {
		if (!Thread.currentThread().getName().startsWith("etcd-event-loop")) {
			this.breaches.add(method + " on " + Thread.currentThread().getName());
		}
		if (this.asking == Thread.currentThread()) {
			this.breaches.add(method + " from inside the call that asks");
		}
	}

	/** The answer to a read. */
	final class Answer implements ReadListener {

		private final CompletableFuture<Page> page = new CompletableFuture<>();

		private final CompletableFuture<Failure> failure = new CompletableFuture<>();

		Loop.Timer cancel;

		@Override
		public void onPage(Page answer) {
			answered("onPage");
			this.page.complete(answer);
			this.failure.completeExceptionally(new AssertionError("It did not fail: " + answer));
		}

		@Override
		public void onFailure(Failure reason) {
			answered("onFailure");
			this.failure.complete(reason);
			this.page.completeExceptionally(new AssertionError("It failed: " + reason));
		}

		boolean isDone() {
			return this.page.isDone();
		}

		boolean isPage() {
			return isDone() && !this.page.isCompletedExceptionally();
		}

		Page page() {
			return get(this.page);
		}

		Failure failure() {
			return get(this.failure);
		}

		private void answered(String method) {
			called(method);
			if (isDone()) {
				TransportDriver.this.breaches.add(method + " for a second time");
			}
		}

	}

	/** One call of a watch listener. */
	record Call(String method, Stamp stamp, long watchId, List<Entry> events, boolean flag, Failure reason) {
	}

	/** Keeps the calls of a watch listener. */
	final class Heard implements WatchListener {

		final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

		/** Runs with each call, on the loop. */
		volatile Consumer<Call> then = (call) -> {
		};

		volatile WatchStream stream;

		/** How many parts of messages have come. */
		final AtomicInteger arrived = new AtomicInteger();

		Call next(String method) throws InterruptedException {
			Call call = this.calls.poll(PATIENCE, TimeUnit.NANOSECONDS);
			assertThat(call).as(method).isNotNull();
			assertThat(call.method()).as("%s", call).isEqualTo(method);
			return call;
		}

		@Override
		public void onConnected() {
			keep(new Call("connected", null, 0, List.of(), false, null));
		}

		@Override
		public void onArriving() {
			called("arriving");
			this.arrived.incrementAndGet();
		}

		@Override
		public void onCreated(Stamp stamp, long watchId) {
			keep(new Call("created", stamp, watchId, List.of(), false, null));
		}

		@Override
		public void onCanceled(Stamp stamp, long watchId, Failure reason) {
			keep(new Call("canceled", stamp, watchId, List.of(), false, reason));
		}

		@Override
		public void onEvents(Stamp stamp, long watchId, List<Entry> events, boolean fragment) {
			keep(new Call("events", stamp, watchId, events, fragment, null));
		}

		@Override
		public void onProgress(Stamp stamp, long watchId, boolean ordered) {
			keep(new Call("progress", stamp, watchId, List.of(), ordered, null));
		}

		@Override
		public void onStatus(MemberStatus status) {
			keep(new Call("status", status.stamp(), 0, List.of(), false, null));
		}

		@Override
		public void onClosed(Failure reason) {
			keep(new Call("closed", null, 0, List.of(), false, reason));
		}

		private void keep(Call call) {
			called(call.method());
			this.calls.add(call);
			this.then.accept(call);
		}

	}

}

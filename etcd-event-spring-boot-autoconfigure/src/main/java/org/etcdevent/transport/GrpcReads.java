package org.etcdevent.transport;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import org.etcdevent.etcd.Backoff;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Reads, on a connection apart from the watch stream's, so that a large answer holds no
 * event up. All ranges share it, and wait together while it is away: how often it is
 * asked for does not depend on how many they are. Loop only.
 */
final class GrpcReads {

	/** Etcd's default limit of operations in a transaction. */
	private static final int MAX_OPERATIONS = 128;

	private static final Failure LOST = new Failure(Failure.Kind.UNAVAILABLE, "the connection was lost");

	/** Where nothing was connected to, for etcd had refused the credentials. */
	private static final long REFUSED_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

	private final Connector connector;

	private final EventLoop loop;

	private final Calls calls;

	private final Backoff backoff = new Backoff(ThreadLocalRandom.current());

	/** Under way, or open and kept while it is good. */
	private @Nullable Connection connection;

	/** Where calls go, {@code null} until there is a connection. */
	private @Nullable ManagedChannel channel;

	/** Those who wait for the connection. */
	private final Set<Waiter> waiters = new LinkedHashSet<>();

	/** When the next attempt may be made. */
	private long notBefore;

	/** Waits for that. */
	private Loop.@Nullable Timer retry;

	GrpcReads(Connector connector, Calls calls, EventLoop loop) {
		this.connector = connector;
		this.calls = calls;
		this.loop = loop;
		this.notBefore = loop.nanoTime();
	}

	Loop.Timer read(RangeRead read, ReadListener listener) {
		return call(Wire.RANGE, Requests.range(read), read.timeoutNanos(), listener::onPage, listener::onFailure);
	}

	Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		KeysRead read = new KeysRead(keys, revision, timeoutNanos, listener);
		read.next();
		return () -> read.current.cancel();
	}

	private <Q, A> Loop.Timer call(MethodDescriptor<Q, A> method, Q request, long timeoutNanos, Consumer<A> then,
			Consumer<Failure> otherwise) {
		SingleAnswer answer = new SingleAnswer();
		Consumer<ManagedChannel> send = (
				used) -> answer.current = this.calls.call(used, method, request, timeoutNanos, (result) -> {
					this.backoff.reset();
					answer.once(() -> then.accept(result));
				}, (failure) -> {
					if (used == this.channel && isOfMember(failure)) {
						replace(failure);
					}
					answer.once(() -> otherwise.accept(failure));
				});
		if (this.channel != null && this.connection != null && this.connection.isLost()) {
			replace(LOST);
		}
		if (this.channel != null) {
			send.accept(this.channel);
			return answer;
		}
		Waiter waiter = new Waiter(answer, send, otherwise);
		answer.current = () -> this.waiters.remove(waiter);
		this.waiters.add(waiter);
		connect();
		return answer;
	}

	private void connect() {
		if (this.connection == null && this.retry == null) {
			long delay = Math.max(0, this.notBefore - this.loop.nanoTime());
			this.retry = this.loop.schedule(delay, () -> {
				this.retry = null;
				if (!this.waiters.isEmpty()) {
					this.connection = this.connector.connect(this::connected, this::failed);
				}
			});
		}
	}

	private void connected(ManagedChannel open) {
		this.channel = open;
		List<Waiter> all = List.copyOf(this.waiters);
		this.waiters.clear();
		all.forEach((waiter) -> waiter.send.accept(open));
	}

	private void failed(Failure failure) {
		replace(failure);
		List<Waiter> all = List.copyOf(this.waiters);
		this.waiters.clear();
		all.forEach((waiter) -> this.loop.execute(() -> waiter.answer.once(() -> waiter.otherwise.accept(failure))));
	}

	/** The next one goes elsewhere, after a while. */
	private void replace(Failure failure) {
		if (this.connection != null) {
			this.connection.retire();
		}
		this.connection = null;
		this.channel = null;
		long wait = (failure.kind() == Failure.Kind.UNAUTHENTICATED) ? REFUSED_WAIT : this.backoff.next(failure.kind());
		this.notBefore = this.loop.nanoTime() + wait;
	}

	/** Whether another member may well answer. */
	private static boolean isOfMember(Failure failure) {
		return switch (failure.kind()) {
			case PERMISSION_DENIED, COMPACTED, UNAUTHENTICATED -> false;
			default -> true;
		};
	}

	/** Goes through the keys transaction by transaction. */
	private final class KeysRead {

		private final List<Key> keys;

		private final long revision;

		private final long timeoutNanos;

		private final ReadListener listener;

		private final List<Entry> entries = new ArrayList<>();

		private Loop.Timer current = () -> {
		};

		private int done;

		private long bytes;

		KeysRead(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
			this.keys = List.copyOf(keys);
			this.revision = revision;
			this.timeoutNanos = timeoutNanos;
			this.listener = listener;
		}

		void next() {
			int end = Math.min(this.keys.size(), this.done + MAX_OPERATIONS);
			List<Key> part = this.keys.subList(this.done, end);
			this.done = end;
			this.current = call(KVGrpc.getTxnMethod(), Requests.keys(part, this.revision), this.timeoutNanos,
					this::onResponse, this.listener::onFailure);
		}

		private void onResponse(TxnResponse response) {
			this.bytes += response.getSerializedSize();
			for (ResponseOp operation : response.getResponsesList()) {
				for (KeyValue pair : operation.getResponseRange().getKvsList()) {
					this.entries.add(new Entry(new Key(pair.getKey().toByteArray()), pair.getValue().toByteArray(),
							pair.getModRevision()));
				}
			}
			if (this.done < this.keys.size()) {
				next();
				return;
			}
			ResponseHeader header = response.getHeader();
			this.listener.onPage(new Page(new Stamp(header.getClusterId(), header.getRevision(), header.getRaftTerm()),
					this.entries, false, this.entries.size(), this.bytes));
		}

	}

	/** A read that waits for the connection. */
	private record Waiter(SingleAnswer answer, Consumer<ManagedChannel> send, Consumer<Failure> otherwise) {
	}

}

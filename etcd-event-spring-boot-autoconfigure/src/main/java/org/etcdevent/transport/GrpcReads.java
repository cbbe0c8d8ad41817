package org.etcdevent.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
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
 * event up. Loop only.
 */
final class GrpcReads {

	/** Etcd's default limit of operations in a transaction. */
	private static final int MAX_OPERATIONS = 128;

	private final Channels channels;

	private final Channels.Turn turn;

	private final Calls calls;

	/** Kept while it is good. */
	private @Nullable ManagedChannel channel;

	GrpcReads(Channels channels, Calls calls) {
		this.channels = channels;
		this.turn = channels.turn();
		this.calls = calls;
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
		ManagedChannel used = channel();
		return this.calls.call(used, method, request, timeoutNanos, then, (failure) -> {
			if (isOfMember(failure) && used == this.channel) {
				this.channels.retire(used);
				this.channel = null;
			}
			otherwise.accept(failure);
		});
	}

	/** Whether another member may well answer. */
	private static boolean isOfMember(Failure failure) {
		return failure.kind() != Failure.Kind.PERMISSION_DENIED && failure.kind() != Failure.Kind.COMPACTED;
	}

	private ManagedChannel channel() {
		if (this.channel == null) {
			this.channel = this.channels.next(this.turn);
		}
		return this.channel;
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

}

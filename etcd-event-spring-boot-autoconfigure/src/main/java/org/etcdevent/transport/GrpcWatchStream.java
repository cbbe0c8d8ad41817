package org.etcdevent.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;
import org.etcdevent.transport.Wire.WatchMessage;
import org.jspecify.annotations.Nullable;

/**
 * The one Watch call, on a channel of its own. Loop only.
 */
final class GrpcWatchStream implements WatchStream {

	private static final Log logger = LogFactory.getLog(GrpcWatchStream.class);

	/** The feed limits the wait for the connection; this only bounds what it forgets. */
	private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

	private final Channels channels;

	private final ManagedChannel channel;

	private final Calls calls;

	private final EventLoop loop;

	private final WatchListener listener;

	/** Requests that came before the call was started. */
	private final List<WatchRequest> early = new ArrayList<>();

	/** {@code null} until there is a token, where one is needed. */
	private @Nullable ClientCall<WatchRequest, WatchMessage> call;

	/** What the call was started with. */
	private Metadata headers = new Metadata();

	/**
	 * Whether the server is known to answer a progress request after the events before
	 * it.
	 */
	private boolean progressInOrder;

	private boolean connected;

	private boolean closed;

	GrpcWatchStream(Channels channels, Channels.Turn turn, Calls calls, EventLoop loop, WatchListener listener) {
		this.channels = channels;
		this.channel = channels.next(turn);
		this.calls = calls;
		this.loop = loop;
		this.listener = listener;
	}

	void start() {
		this.calls.headers(this.channel, TIMEOUT, this::start, this::end);
	}

	@Override
	public void create(long watchId, KeyRange range, long startRevision, boolean fragments) {
		send(Requests.create(watchId, range, startRevision, fragments));
	}

	@Override
	public void cancel(long watchId) {
		send(Requests.cancel(watchId));
	}

	@Override
	public void requestProgress() {
		send(Requests.progress());
	}

	@Override
	public void read(RangeRead read, ReadListener answer) {
		this.calls.call(this.channel, Wire.RANGE, Requests.range(read), read.timeoutNanos(), (page) -> {
			if (!this.closed) {
				answer.onPage(page);
			}
		}, (failure) -> {
			if (!this.closed) {
				answer.onFailure(failure);
			}
		});
	}

	@Override
	public void close() {
		this.closed = true;
		this.channels.end(this.channel);
	}

	private void start(Metadata metadata) {
		if (this.closed) {
			return;
		}
		this.headers = metadata;
		ClientCall<WatchRequest, WatchMessage> started = this.channel.newCall(Wire.WATCH,
				CallOptions.DEFAULT.withStreamTracerFactory(new Arrivals()));
		this.call = started;
		started.start(new CallListener(), metadata);
		started.request(1);
		this.early.forEach(started::sendMessage);
		this.early.clear();
	}

	private void send(WatchRequest request) {
		if (this.call == null) {
			this.early.add(request);
		}
		else if (!this.closed) {
			this.call.sendMessage(request);
		}
	}

	private void onReady() {
		if (this.closed || this.connected) {
			return;
		}
		this.connected = true;
		this.calls.call(this.channel, MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), TIMEOUT,
				(status) -> this.progressInOrder = isProgressInOrder(status.getVersion()),
				(failure) -> logger.debug("Unknown server version: " + failure.message()));
		this.listener.onConnected();
	}

	private void onMessage(WatchMessage message) {
		// What was sent early may be answered before the loop comes to onReady.
		onReady();
		Stamp stamp = message.stamp();
		long id = message.watchId();
		if (message.canceled()) {
			this.listener.onCanceled(stamp, id, seen(reason(message)));
		}
		else if (message.created()) {
			this.listener.onCreated(stamp, id);
		}
		else if (!message.events().isEmpty() || message.fragment()) {
			this.listener.onEvents(stamp, id, message.events(), message.fragment());
		}
		else {
			this.listener.onProgress(stamp, id, id >= 0 || this.progressInOrder);
		}
	}

	private Failure failure(Status status) {
		return this.calls.failure(status, this.channel);
	}

	private Failure seen(Failure failure) {
		return this.calls.seen(failure, this.headers);
	}

	private static Failure reason(WatchMessage message) {
		return (message.compactRevision() > 0)
				? new Failure(Failure.Kind.COMPACTED, "compacted at revision " + message.compactRevision())
				: Failures.ofReason(message.reason());
	}

	/**
	 * A watch that could not apply a message has lost its changes, and has to restart
	 * from its position.
	 */
	private void giveUp(WatchMessage message) {
		if (this.closed || message.canceled() || message.watchId() < 0) {
			return;
		}
		cancel(message.watchId());
		try {
			this.listener.onCanceled(message.stamp(), message.watchId(),
					new Failure(Failure.Kind.OTHER, "a message of etcd could not be applied"));
		}
		catch (RuntimeException | Error ex) {
			logger.error("Could not apply the end of a watch", ex);
		}
	}

	private void end(Failure reason) {
		if (!this.closed) {
			close();
			this.listener.onClosed(reason);
		}
	}

	/**
	 * Before 3.4.25 and 3.5.8 the answer to a progress request overtakes events
	 * (etcd-io/etcd#15220).
	 */
	static boolean isProgressInOrder(String version) {
		String[] parts = version.split("[.+-]", 4);
		try {
			int major = Integer.parseInt(parts[0]);
			int minor = Integer.parseInt(parts[1]);
			int patch = Integer.parseInt(parts[2]);
			if (major == 3 && minor <= 5) {
				return (minor == 5 && patch >= 8) || (minor == 4 && patch >= 25);
			}
			return major >= 3;
		}
		catch (NumberFormatException | ArrayIndexOutOfBoundsException ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		return this.channel.authority();
	}

	/** Sees each part of a message, on the loop. */
	private final class Arrivals extends ClientStreamTracer.Factory {

		@Override
		public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata metadata) {
			return new ClientStreamTracer() {

				@Override
				public void inboundWireSize(long bytes) {
					if (!GrpcWatchStream.this.closed) {
						GrpcWatchStream.this.listener.onArriving();
					}
				}

			};
		}

	}

	private final class CallListener extends ClientCall.Listener<WatchMessage> {

		@Override
		public void onReady() {
			GrpcWatchStream.this.loop.execute(GrpcWatchStream.this::onReady);
		}

		@Override
		public void onMessage(WatchMessage message) {
			if (GrpcWatchStream.this.closed) {
				return;
			}
			try {
				GrpcWatchStream.this.onMessage(message);
			}
			catch (RuntimeException | Error ex) {
				// It would end the call, and with it the watches of all others.
				logger.error("Could not apply a message of the watch stream", ex);
				giveUp(message);
			}
			ClientCall<?, ?> current = GrpcWatchStream.this.call;
			if (current != null && !GrpcWatchStream.this.closed) {
				current.request(1);
			}
		}

		@Override
		public void onClose(Status status, Metadata trailers) {
			// Possibly inside start, or on the thread that resolves names.
			GrpcWatchStream.this.loop.execute(() -> end(seen(failure(status))));
		}

	}

}

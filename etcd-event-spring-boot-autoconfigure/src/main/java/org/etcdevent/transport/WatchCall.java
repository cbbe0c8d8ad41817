package org.etcdevent.transport;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

import io.etcd.jetcd.api.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.transport.Wire.WatchMessage;
import org.jspecify.annotations.Nullable;

/**
 * A Watch call, with the watches that were created on it. Etcd keeps to the token that it
 * began with. Loop only.
 */
final class WatchCall {

	/** What the call was started with. */
	final Metadata headers;

	/** The creates that were not answered, oldest first. */
	final Deque<WatchRequest> asked = new ArrayDeque<>();

	/** The watches that were created. */
	final Set<Long> watches = new HashSet<>();

	/** The last progress of all its watches, until that of the other calls is there. */
	@Nullable Stamp progress;

	private final GrpcWatchStream stream;

	private @Nullable ClientCall<WatchRequest, WatchMessage> call;

	WatchCall(GrpcWatchStream stream, Metadata headers) {
		this.stream = stream;
		this.headers = headers;
	}

	void start(Channel channel) {
		attempt(() -> {
			ClientCall<WatchRequest, WatchMessage> started = channel.newCall(Wire.WATCH,
					CallOptions.DEFAULT.withStreamTracerFactory(new Arrivals()));
			this.call = started;
			started.start(new Listener(), this.headers);
			started.request(1);
		});
	}

	void send(WatchRequest request) {
		ClientCall<WatchRequest, WatchMessage> started = this.call;
		if (started != null) {
			if (request.hasCreateRequest()) {
				this.asked.add(request);
			}
			attempt(() -> started.sendMessage(request));
		}
	}

	/** Whether it was asked for watches and has created none. */
	boolean isUnanswered() {
		return this.watches.isEmpty() && !this.asked.isEmpty();
	}

	/** Whether nothing depends on it any more. */
	boolean isDone() {
		return this.watches.isEmpty() && this.asked.isEmpty();
	}

	void end() {
		if (this.call != null) {
			UnaryCall.cancel(this.call);
		}
	}

	/** An interceptor that throws leaves a call that nobody can rely on. */
	private void attempt(Runnable step) {
		try {
			step.run();
		}
		catch (RuntimeException | Error ex) {
			this.stream.onClosed(this, Status.UNKNOWN.withDescription("The watch call failed").withCause(ex));
		}
	}

	/** Sees each part of a message, on the loop. */
	private final class Arrivals extends ClientStreamTracer.Factory {

		@Override
		public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata metadata) {
			return new ClientStreamTracer() {

				@Override
				public void inboundWireSize(long bytes) {
					WatchCall.this.stream.onArriving();
				}

			};
		}

	}

	private final class Listener extends ClientCall.Listener<WatchMessage> {

		@Override
		public void onMessage(WatchMessage message) {
			WatchCall.this.stream.onMessage(WatchCall.this, message);
			ClientCall<?, ?> current = WatchCall.this.call;
			if (current != null) {
				attempt(() -> current.request(1));
			}
		}

		@Override
		public void onClose(Status status, Metadata trailers) {
			WatchCall.this.stream.onClosed(WatchCall.this, status);
		}

	}

}

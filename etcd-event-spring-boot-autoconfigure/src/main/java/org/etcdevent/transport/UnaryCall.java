package org.etcdevent.transport;

import java.util.function.Consumer;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * A call with one answer, which comes on the loop and in time, whatever the channel, its
 * interceptors or etcd do. The time limit is the loop's timer: gRPC's deadlines would
 * answer on a thread of their own. Loop only.
 *
 * @param <A> the type of the answer
 */
final class UnaryCall<A> extends ClientCall.Listener<A> {

	private static final Status NO_ANSWER = Status.DEADLINE_EXCEEDED.withDescription("no answer in time");

	private final EventLoop loop;

	private final Consumer<A> then;

	private final Consumer<Status> otherwise;

	private final SingleAnswer answer = new SingleAnswer();

	private @Nullable A response;

	private UnaryCall(EventLoop loop, Consumer<A> then, Consumer<Status> otherwise) {
		this.loop = loop;
		this.then = then;
		this.otherwise = otherwise;
	}

	/**
	 * Begins a call.
	 * @return what cancels it
	 */
	static <Q, A> Loop.Timer start(EventLoop loop, Channel channel, MethodDescriptor<Q, A> method, Q request,
			Metadata metadata, long timeoutNanos, Consumer<A> then, Consumer<Status> otherwise) {
		UnaryCall<A> unary = new UnaryCall<>(loop, then, otherwise);
		Loop.Timer limit = loop.limit(timeoutNanos, () -> unary.failed(NO_ANSWER));
		unary.answer.current = limit;
		try {
			ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
			unary.answer.current = () -> {
				limit.cancel();
				cancel(call);
			};
			call.start(unary, metadata);
			call.sendMessage(request);
			call.halfClose();
			call.request(2);
		}
		catch (RuntimeException | Error ex) {
			Status thrown = Status.UNKNOWN.withDescription("The call could not be made").withCause(ex);
			loop.execute(() -> unary.failed(thrown));
		}
		return unary.answer;
	}

	@Override
	public void onMessage(A message) {
		this.response = message;
	}

	@Override
	public void onClose(Status status, Metadata trailers) {
		// Possibly inside start.
		this.loop.execute(() -> {
			A response = this.response;
			if (status.isOk() && response != null) {
				this.answer.once(() -> {
					this.answer.current.cancel();
					this.then.accept(response);
				});
			}
			else {
				failed(status);
			}
		});
	}

	private void failed(Status status) {
		this.answer.once(() -> {
			this.answer.current.cancel();
			this.otherwise.accept(status);
		});
	}

	/** Without effect where it is over. An interceptor may have its own opinion. */
	static void cancel(ClientCall<?, ?> call) {
		try {
			call.cancel("not wanted any more", null);
		}
		catch (RuntimeException | Error ex) {
			// The call ends with its connection at the latest.
		}
	}

}

package org.etcdevent.transport;

import java.util.function.Consumer;

import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Loop;

/**
 * Unary calls with the user's token. A call whose token is not valid any more is made a
 * second time, with another one. Loop only.
 */
final class Calls {

	private final EventLoop loop;

	private final Login login;

	Calls(EventLoop loop, Login login) {
		this.loop = loop;
		this.login = login;
	}

	/**
	 * Makes a call.
	 * @param timeoutNanos how long etcd may take to answer it; a login has its own time
	 * @return what cancels it
	 */
	<Q, A> Loop.Timer call(Channel channel, MethodDescriptor<Q, A> method, Q request, long timeoutNanos,
			Consumer<A> then, Consumer<Failure> otherwise) {
		SingleAnswer whole = new SingleAnswer();
		Consumer<Failure> failed = (failure) -> whole.once(() -> otherwise.accept(failure));
		Consumer<A> answered = (answer) -> whole.once(() -> then.accept(answer));
		attempt(whole, channel, method, request, timeoutNanos, answered, (failure) -> {
			if (failure.kind() == Kind.UNAUTHENTICATED && this.login.hasUser()) {
				attempt(whole, channel, method, request, timeoutNanos, answered, failed, failed);
			}
			else {
				failed.accept(failure);
			}
		}, failed);
		return whole;
	}

	private <Q, A> void attempt(SingleAnswer whole, Channel channel, MethodDescriptor<Q, A> method, Q request,
			long timeoutNanos, Consumer<A> then, Consumer<Failure> refused, Consumer<Failure> withoutToken) {
		whole.current = this.login.headers(channel, (metadata) -> whole.current = UnaryCall.start(this.loop, channel,
				method, request, metadata, timeoutNanos, (answer) -> {
					this.login.accepted(metadata);
					then.accept(answer);
				}, (status) -> refused.accept(this.login.seen(Failures.of(status), metadata))), withoutToken);
	}

}

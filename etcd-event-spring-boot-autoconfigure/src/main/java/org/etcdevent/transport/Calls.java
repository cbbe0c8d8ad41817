package org.etcdevent.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * Unary calls with the user's token, which is fetched when there is none and dropped when
 * etcd refuses it. Time limits are the loop's timers: gRPC's deadlines would answer on a
 * thread of their own. Loop only.
 */
final class Calls {

	private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

	/** A member without a leader answers rather than serve what is old. */
	private static final Metadata.Key<String> REQUIRE_LEADER = Metadata.Key.of("hasleader",
			Metadata.ASCII_STRING_MARSHALLER);

	private static final Status NO_ANSWER = Status.DEADLINE_EXCEEDED.withDescription("no answer in time");

	private final TransportSettings settings;

	private final EventLoop loop;

	/**
	 * Those who wait for a token, by the channel that it is fetched on: a connection in
	 * trouble must not hold up the other one.
	 */
	private final Map<ManagedChannel, List<Waiter>> waiters = new HashMap<>();

	/** Empty where etcd asks for none. */
	private @Nullable String token;

	Calls(TransportSettings settings, EventLoop loop) {
		this.settings = settings;
		this.loop = loop;
	}

	/**
	 * Gets what has to go with a call.
	 * @param channel where to authenticate if there is no token
	 * @param timeoutNanos how long that may take
	 * @param then gets the metadata
	 * @param otherwise gets why there is none
	 * @return what cancels it
	 */
	Loop.Timer headers(ManagedChannel channel, long timeoutNanos, Consumer<Metadata> then,
			Consumer<Failure> otherwise) {
		Cancelable answer = new Cancelable();
		String username = this.settings.username();
		if (username == null || this.token != null) {
			Metadata metadata = metadata();
			this.loop.execute(() -> answer.once(() -> then.accept(metadata)));
			return answer;
		}
		answer.current = this.loop.schedule(timeoutNanos,
				() -> answer.once(() -> otherwise.accept(Failures.of(NO_ANSWER))));
		List<Waiter> others = this.waiters.get(channel);
		List<Waiter> all = (others != null) ? others : new ArrayList<>();
		all.add(new Waiter(answer, then, otherwise));
		if (others == null) {
			this.waiters.put(channel, all);
			authenticate(channel, username, timeoutNanos);
		}
		return answer;
	}

	/** Once for all who wait on a channel: etcd makes each token costly on purpose. */
	private void authenticate(ManagedChannel channel, String username, long timeoutNanos) {
		String password = this.settings.password();
		AuthenticateRequest request = AuthenticateRequest.newBuilder()
			.setNameBytes(ByteString.copyFromUtf8(username))
			.setPasswordBytes(ByteString.copyFromUtf8((password != null) ? password : ""))
			.build();
		unary(channel, AuthGrpc.getAuthenticateMethod(), request, new Metadata(), timeoutNanos,
				(response) -> authenticated(channel, response.getToken()), (status) -> {
					if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
						// Authentication is not enabled, or not yet.
						authenticated(channel, "");
						return;
					}
					Failure failure = refused(status, channel);
					removed(channel).forEach((waiter) -> waiter.fail(failure));
				});
	}

	/** A token is good for all, wherever it comes from. */
	private void authenticated(ManagedChannel channel, String fresh) {
		this.token = fresh;
		List<Waiter> own = removed(channel);
		List<Waiter> others = this.waiters.values().stream().flatMap(List::stream).toList();
		this.waiters.values().forEach(List::clear);
		own.forEach((waiter) -> waiter.succeed(metadata()));
		others.forEach((waiter) -> waiter.succeed(metadata()));
	}

	private List<Waiter> removed(ManagedChannel channel) {
		List<Waiter> removed = this.waiters.remove(channel);
		return (removed != null) ? removed : List.of();
	}

	/**
	 * A call with its metadata, and with its token fetched first if need be, all in one
	 * time limit.
	 */
	<Q, A> Loop.Timer call(ManagedChannel channel, MethodDescriptor<Q, A> method, Q request, long timeoutNanos,
			Consumer<A> then, Consumer<Failure> otherwise) {
		long begin = this.loop.nanoTime();
		Cancelable whole = new Cancelable();
		whole.current = headers(channel, timeoutNanos, (metadata) -> {
			long left = timeoutNanos - (this.loop.nanoTime() - begin);
			whole.current = unary(channel, method, request, metadata, left, then,
					(status) -> otherwise.accept(seen(failure(status, channel), metadata)));
		}, otherwise);
		return whole;
	}

	/**
	 * Drops a token that etcd refuses, so that the next call gets another.
	 * @param failure what was answered
	 * @param used the metadata of the call; its token may have been replaced since
	 * @return the failure
	 */
	Failure seen(Failure failure, Metadata used) {
		String refused = Objects.requireNonNullElse(used.get(TOKEN), "");
		if (failure.kind() == Kind.UNAUTHENTICATED && refused.equals(this.token)) {
			this.token = null;
		}
		return failure;
	}

	private Metadata metadata() {
		Metadata metadata = new Metadata();
		metadata.put(REQUIRE_LEADER, "true");
		if (this.token != null && !this.token.isEmpty()) {
			metadata.put(TOKEN, this.token);
		}
		return metadata;
	}

	/**
	 * Why a call ended.
	 * @param status what gRPC says
	 * @param channel where it was made
	 */
	Failure failure(Status status, ManagedChannel channel) {
		// A connection that was there and is lost leaves the channel idle.
		boolean unconnected = channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
		return Failures.of(status, unconnected,
				Channels.isTls(this.settings.endpoints().get(0), this.settings.sslContext()));
	}

	/** Etcd calls a wrong password an invalid argument. */
	private Failure refused(Status status, ManagedChannel channel) {
		Failure failure = failure(status, channel);
		if (status.getCode() != Status.Code.INVALID_ARGUMENT && failure.kind() != Kind.UNAUTHENTICATED) {
			return failure;
		}
		return new Failure(Kind.UNAUTHENTICATED, "etcd does not let the user '" + this.settings.username()
				+ "' in: check 'etcd.event.username' and 'etcd.event.password' (" + failure.message() + ")");
	}

	private <Q, A> Loop.Timer unary(ManagedChannel channel, MethodDescriptor<Q, A> method, Q request, Metadata metadata,
			long timeoutNanos, Consumer<A> then, Consumer<Status> otherwise) {
		ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
		Cancelable answer = new Cancelable();
		Loop.Timer limit = this.loop.schedule(timeoutNanos, () -> answer.once(() -> {
			call.cancel("no answer in time", null);
			otherwise.accept(NO_ANSWER);
		}));
		answer.current = () -> {
			limit.cancel();
			call.cancel("not wanted any more", null);
		};
		call.start(new ClientCall.Listener<>() {

			private @Nullable A response;

			@Override
			public void onMessage(A message) {
				this.response = message;
			}

			@Override
			public void onClose(Status status, Metadata trailers) {
				// Possibly inside start, or on the thread that resolves names.
				Calls.this.loop.execute(() -> answer.once(() -> {
					limit.cancel();
					if (status.isOk() && this.response != null) {
						then.accept(this.response);
					}
					else {
						otherwise.accept(status);
					}
				}));
			}

		}, metadata);
		call.sendMessage(request);
		call.halfClose();
		call.request(2);
		return answer;
	}

	private record Waiter(Cancelable answer, Consumer<Metadata> then, Consumer<Failure> otherwise) {

		void succeed(Metadata metadata) {
			this.answer.once(() -> {
				this.answer.current.cancel();
				this.then.accept(metadata);
			});
		}

		void fail(Failure failure) {
			this.answer.once(() -> {
				this.answer.current.cancel();
				this.otherwise.accept(failure);
			});
		}

	}

	/** An answer that comes once, unless it is canceled. */
	private static final class Cancelable implements Loop.Timer {

		private Loop.Timer current = () -> {
		};

		private boolean over;

		void once(Runnable answer) {
			if (!this.over) {
				this.over = true;
				answer.run();
			}
		}

		@Override
		public void cancel() {
			if (!this.over) {
				this.over = true;
				this.current.cancel();
			}
		}

	}

}

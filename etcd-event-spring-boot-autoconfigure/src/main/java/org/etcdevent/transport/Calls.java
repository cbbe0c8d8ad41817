package org.etcdevent.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.etcdevent.feed.Failure;
import org.etcdevent.feed.Loop;
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

	private final TransportSettings settings;

	private final EventLoop loop;

	/** Those who wait for the token that is being fetched. */
	private final List<Waiter> waiters = new ArrayList<>();

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
	Loop.Timer headers(Channel channel, long timeoutNanos, Consumer<Metadata> then, Consumer<Failure> otherwise) {
		Cancelable answer = new Cancelable();
		Waiter waiter = new Waiter(answer, then, otherwise);
		if (this.settings.username() == null || this.token != null) {
			this.loop.execute(() -> waiter.succeed(metadata()));
			return answer;
		}
		this.waiters.add(waiter);
		if (this.waiters.size() == 1) {
			authenticate(channel, this.settings.username(), timeoutNanos);
		}
		return answer;
	}

	/** Once for all who wait for a token: etcd makes each one costly on purpose. */
	private void authenticate(Channel channel, String username, long timeoutNanos) {
		String password = this.settings.password();
		AuthenticateRequest request = AuthenticateRequest.newBuilder()
			.setNameBytes(ByteString.copyFromUtf8(username))
			.setPasswordBytes(ByteString.copyFromUtf8((password != null) ? password : ""))
			.build();
		unary(channel, AuthGrpc.getAuthenticateMethod(), request, new Metadata(), timeoutNanos, (response) -> {
			this.token = response.getToken();
			release((waiter) -> waiter.succeed(metadata()));
		}, (failure) -> release((waiter) -> waiter.fail(refused(failure))));
	}

	private void release(Consumer<Waiter> answer) {
		List<Waiter> all = List.copyOf(this.waiters);
		this.waiters.clear();
		all.forEach(answer);
	}

	/** A call with its metadata, and with its token fetched first if need be. */
	<Q, A> Loop.Timer call(Channel channel, MethodDescriptor<Q, A> method, Q request, long timeoutNanos,
			Consumer<A> then, Consumer<Failure> otherwise) {
		Cancelable whole = new Cancelable();
		whole.current = headers(channel, timeoutNanos,
				(metadata) -> whole.current = unary(channel, method, request, metadata, timeoutNanos, then, otherwise),
				otherwise);
		return whole;
	}

	/** Lets go of a token that etcd does not take, so that the next call gets another. */
	Failure seen(Failure failure) {
		if (failure.kind() == Failure.Kind.UNAUTHENTICATED) {
			this.token = null;
		}
		return failure;
	}

	private Metadata metadata() {
		Metadata metadata = new Metadata();
		metadata.put(REQUIRE_LEADER, "true");
		if (this.token != null) {
			metadata.put(TOKEN, this.token);
		}
		return metadata;
	}

	/** Etcd calls a wrong password an invalid argument. */
	private Failure refused(Failure failure) {
		return switch (failure.kind()) {
			case OTHER, UNAUTHENTICATED, PERMISSION_DENIED ->
				new Failure(Failure.Kind.UNAUTHENTICATED, "etcd does not let the user '" + this.settings.username()
						+ "' in: check etcd.event.username and etcd.event.password (" + failure.message() + ")");
			default -> failure;
		};
	}

	private <Q, A> Loop.Timer unary(Channel channel, MethodDescriptor<Q, A> method, Q request, Metadata metadata,
			long timeoutNanos, Consumer<A> then, Consumer<Failure> otherwise) {
		ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
		Cancelable answer = new Cancelable();
		Loop.Timer limit = this.loop.schedule(timeoutNanos, () -> answer.once(() -> {
			call.cancel("no answer in time", null);
			otherwise.accept(new Failure(Failure.Kind.TIMEOUT, "no answer in time"));
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
						otherwise.accept(seen(Failures.of(status)));
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
			this.answer.once(() -> this.then.accept(metadata));
		}

		void fail(Failure failure) {
			this.answer.once(() -> this.otherwise.accept(failure));
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

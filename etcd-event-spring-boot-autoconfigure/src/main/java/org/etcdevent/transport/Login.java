package org.etcdevent.transport;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The user's token, for all calls of an application. Etcd makes each login costly on
 * purpose, so there is one at a time, and after a refusal none for up to 30 s, unless the
 * settings are others by then. Loop only.
 */
final class Login {

	private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

	/** A member without a leader answers rather than serve what is old. */
	private static final Metadata.Key<String> REQUIRE_LEADER = Metadata.Key.of("hasleader",
			Metadata.ASCII_STRING_MARSHALLER);

	private static final long FIRST_BUDGET = TimeUnit.SECONDS.toNanos(2);

	private static final long MAX_BUDGET = TimeUnit.SECONDS.toNanos(30);

	private static final long FIRST_WAIT = TimeUnit.MILLISECONDS.toNanos(500);

	private static final long MAX_WAIT = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_DOUBLINGS = 10;

	/**
	 * How often, while etcd refuses them, the settings are compared with what they were.
	 */
	private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(500);

	private final EventLoop loop;

	private final Supplier<TransportSettings> settings;

	/** Those who wait for a token; the login is on the connection of the first. */
	private final Deque<Waiter> waiters = new ArrayDeque<>();

	/** What the settings were when they were last read. */
	private TransportSettings latest;

	/** Empty where etcd asks for none. */
	private @Nullable String token;

	/** Whether etcd took the token for any call. */
	private boolean proven;

	private boolean busy;

	private long budget = FIRST_BUDGET;

	private @Nullable Refusal refusal;

	/** How many refusals there were in a row. */
	private int refusals;

	private long lookedNanos;

	/**
	 * No token yet.
	 * @throws RuntimeException what the settings throw: they are read once
	 */
	Login(EventLoop loop, Supplier<TransportSettings> settings) {
		this.loop = loop;
		this.settings = settings;
		this.latest = settings.get();
	}

	/**
	 * Reads the settings, for a new connection or login. Other credentials want another
	 * token.
	 * @throws RuntimeException what the settings throw
	 */
	TransportSettings settings() {
		TransportSettings fresh = this.settings.get();
		if (!fresh.hasCredentialsOf(this.latest)) {
			this.token = null;
		}
		if (!fresh.hasCredentialsOf(this.latest) || !fresh.hasEndpointsOf(this.latest)) {
			this.refusal = null;
			this.refusals = 0;
		}
		this.latest = fresh;
		return fresh;
	}

	boolean hasUser() {
		return this.latest.username() != null;
	}

	/**
	 * Why no connection or login is worth an attempt at the moment.
	 * @return the refusal, {@code null} for none
	 */
	@Nullable Failure refusal() {
		long now = this.loop.nanoTime();
		if (this.refusal == null || now - this.refusal.untilNanos >= 0) {
			return null;
		}
		if (now - this.lookedNanos >= LOOK) {
			this.lookedNanos = now;
			try {
				settings();
			}
			catch (RuntimeException | Error ex) {
				return notRead(ex);
			}
		}
		return (this.refusal != null) ? this.refusal.reason : null;
	}

	/** What the settings throw is the application's, and may tell more than it should. */
	static Failure notRead(Throwable ex) {
		return new Failure(Kind.UNAVAILABLE,
				"the details of the etcd connection could not be read: " + ex.getClass().getName());
	}

	/**
	 * Gets what has to go with a call.
	 * @param channel where to log in if there is no token
	 * @param then gets the metadata
	 * @param otherwise gets why there is none
	 * @return what cancels it
	 */
	Loop.Timer headers(Channel channel, Consumer<Metadata> then, Consumer<Failure> otherwise) {
		Waiter waiter = new Waiter(channel, new SingleAnswer(), then, otherwise);
		if (!hasUser() || this.token != null) {
			waiter.succeed(this.loop, metadata());
			return waiter.answer;
		}
		Failure refused = refusal();
		if (refused != null) {
			waiter.fail(this.loop, refused);
			return waiter.answer;
		}
		waiter.answer.current = () -> this.waiters.remove(waiter);
		this.waiters.add(waiter);
		logInNext();
		return waiter.answer;
	}

	private void logInNext() {
		Waiter first = this.waiters.peek();
		if (first == null || this.busy) {
			return;
		}
		TransportSettings used;
		try {
			used = settings();
		}
		catch (RuntimeException | Error ex) {
			fail((waiter) -> true, notRead(ex));
			return;
		}
		String username = used.username();
		if (username == null) {
			succeed();
			return;
		}
		this.busy = true;
		long begin = this.loop.nanoTime();
		AuthenticateRequest request = AuthenticateRequest.newBuilder()
			.setNameBytes(ByteString.copyFromUtf8(username))
			.setPasswordBytes(ByteString.copyFromUtf8(Objects.requireNonNullElse(used.password(), "")))
			.build();
		UnaryCall.start(this.loop, first.channel, AuthGrpc.getAuthenticateMethod(), request, new Metadata(),
				this.budget, (response) -> {
					this.budget = Math.min(MAX_BUDGET, Math.max(FIRST_BUDGET, 2 * (this.loop.nanoTime() - begin)));
					loggedIn(used, response.getToken());
				}, (status) -> {
					if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
						// Authentication is not enabled, or not yet.
						loggedIn(used, "");
					}
					else {
						failed(used, first.channel, status);
					}
				});
	}

	private void loggedIn(TransportSettings used, String fresh) {
		this.busy = false;
		if (used.hasCredentialsOf(this.latest)) {
			this.token = fresh;
			this.proven = false;
			succeed();
		}
		logInNext();
	}

	private void failed(TransportSettings used, Channel channel, Status status) {
		this.busy = false;
		Failure failure = Failures.of(status);
		if (status.getCode() == Status.Code.INVALID_ARGUMENT || failure.kind() == Kind.UNAUTHENTICATED) {
			// Etcd calls a wrong password an invalid argument.
			if (used.hasCredentialsOf(this.latest)) {
				refused(failure);
			}
		}
		else {
			if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
				failure = new Failure(Kind.TIMEOUT, "no answer to the login of the user '" + used.username()
						+ "' within " + TimeUnit.NANOSECONDS.toSeconds(this.budget) + " s");
				this.budget = Math.min(MAX_BUDGET, 2 * this.budget);
			}
			fail((waiter) -> waiter.channel == channel, failure);
		}
		logInNext();
	}

	private void refused(Failure failure) {
		Failure reason = new Failure(Kind.UNAUTHENTICATED, "etcd does not let the user '" + this.latest.username()
				+ "' in: check 'etcd.event.username' and 'etcd.event.password' (" + failure.message() + ")");
		long wait = Math.min(MAX_WAIT, FIRST_WAIT << Math.min(this.refusals, MAX_DOUBLINGS));
		this.refusals++;
		this.refusal = new Refusal(reason, this.loop.nanoTime() + wait);
		fail((waiter) -> true, reason);
	}

	private void succeed() {
		this.waiters.forEach((waiter) -> waiter.succeed(this.loop, metadata()));
		this.waiters.clear();
	}

	private void fail(Predicate<Waiter> which, Failure failure) {
		List<Waiter> failed = this.waiters.stream().filter(which).toList();
		this.waiters.removeAll(failed);
		failed.forEach((waiter) -> waiter.fail(this.loop, failure));
	}

	/**
	 * Etcd took the token.
	 * @param used the metadata of the call
	 */
	void accepted(Metadata used) {
		if (tokenOf(used).equals(this.token)) {
			this.proven = true;
			this.refusals = 0;
			this.refusal = null;
		}
	}

	/**
	 * Drops a token that etcd refuses, so that the next call gets another. One that it
	 * never accepted is as good as a refusal.
	 * @param failure what was answered
	 * @param used the metadata of the call; its token may have been replaced since
	 * @return the failure
	 */
	Failure seen(Failure failure, Metadata used) {
		if (failure.kind() == Kind.UNAUTHENTICATED && tokenOf(used).equals(this.token)) {
			this.token = null;
			if (!this.proven) {
				refused(failure);
			}
		}
		return failure;
	}

	/**
	 * Drops a token with which a call got no answer at all, so that the next one gets
	 * another. Etcd's simple tokens name the index of the raft log at their login, and
	 * etcd does not judge one before its log is there: after a restore, that may take for
	 * ever.
	 * @param used the metadata of the call
	 */
	void unanswered(Metadata used) {
		if (tokenOf(used).equals(this.token)) {
			this.token = null;
		}
	}

	private static String tokenOf(Metadata metadata) {
		return Objects.requireNonNullElse(metadata.get(TOKEN), "");
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
	 * What etcd said of the credentials.
	 *
	 * @param reason why they are not worth an attempt
	 * @param untilNanos until when
	 */
	private record Refusal(Failure reason, long untilNanos) {
	}

	private record Waiter(Channel channel, SingleAnswer answer, Consumer<Metadata> then, Consumer<Failure> otherwise) {

		void succeed(EventLoop loop, Metadata metadata) {
			loop.execute(() -> this.answer.once(() -> this.then.accept(metadata)));
		}

		void fail(EventLoop loop, Failure failure) {
			loop.execute(() -> this.answer.once(() -> this.otherwise.accept(failure)));
		}

	}

}

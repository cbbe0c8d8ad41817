package org.etcdevent.transport;

import java.net.SocketAddress;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one endpoint: looks its name up and connects to one of its addresses,
 * or to the next one where that is refused, within one time limit. It is replaced rather
 * than connected again: gRPC's own back-off can last minutes. Its text names the
 * endpoint. Loop only.
 */
final class Connection {

	private final Connector connector;

	private final Consumer<ManagedChannel> open;

	private final Consumer<Failure> failed;

	private final long begin;

	/** The time limit, until the connection is open. */
	private Loop.Timer limit = () -> {
	};

	/** The lookup, or the call that asks a channel why it failed. */
	private Loop.Timer question = () -> {
	};

	private @Nullable URI endpoint;

	private @Nullable ManagedChannel channel;

	/** Whether it is open, or is not going to be. */
	private boolean decided;

	Connection(Connector connector, Consumer<ManagedChannel> open, Consumer<Failure> failed) {
		this.connector = connector;
		this.open = open;
		this.failed = failed;
		this.begin = connector.loop.nanoTime();
	}

	void start() {
		long budget = this.connector.budget();
		this.limit = this.connector.loop.limit(budget, () -> {
			this.connector.timedOut();
			fail(new Failure(Kind.TIMEOUT, "no connection within " + TimeUnit.NANOSECONDS.toSeconds(budget) + " s"));
		});
		// Never from inside the call that asks.
		this.connector.loop.execute(() -> attempt(this::lookUp));
	}

	private void lookUp() {
		Failure refusal = this.connector.login.refusal();
		if (refusal != null) {
			fail(refusal);
			return;
		}
		TransportSettings settings;
		try {
			settings = this.connector.login.settings();
		}
		catch (RuntimeException | Error ex) {
			fail(Login.notRead(ex));
			return;
		}
		URI next = this.connector.next(settings.endpoints());
		this.endpoint = next;
		this.question = this.connector.lookups.lookUp(next, settings.isTls(next), (addresses) -> {
			List<SocketAddress> inTurn = this.connector.inTurn(addresses);
			attempt(() -> connect(settings, next, inTurn.iterator()));
		}, this::fail);
	}

	private void connect(TransportSettings settings, URI target, Iterator<SocketAddress> addresses) {
		SocketAddress address = addresses.next();
		this.connector.tried(address);
		end();
		ManagedChannel attempted = this.connector.channels.open(settings, target, address);
		this.channel = attempted;
		Runnable otherwise = addresses.hasNext() ? () -> connect(settings, target, addresses)
				: () -> askWhy(attempted, settings.isTls(target));
		await(attempted, attempted.getState(true), otherwise);
	}

	/** What comes after a state of the channel. A closed connection is idle. */
	private void await(ManagedChannel attempted, ConnectivityState state, Runnable otherwise) {
		attempted.notifyWhenStateChanged(state, () -> {
			// At once: it can be over when the loop comes to it.
			ConnectivityState next = attempted.getState(false);
			this.connector.loop.execute(() -> attempt(() -> {
				if (attempted != this.channel) {
					return;
				}
				switch (next) {
					case READY -> opened(attempted);
					case CONNECTING -> await(attempted, next, otherwise);
					default -> otherwise.run();
				}
			}));
		});
	}

	private void opened(ManagedChannel attempted) {
		this.connector.connected(this.connector.loop.nanoTime() - this.begin);
		decide();
		this.open.accept(attempted);
	}

	/** Only a call gets to know why a channel failed. */
	private void askWhy(ManagedChannel attempted, boolean tls) {
		this.question = UnaryCall.start(this.connector.loop, attempted, MaintenanceGrpc.getStatusMethod(),
				StatusRequest.getDefaultInstance(), new Metadata(), this.connector.budget(),
				(answer) -> fail(Failures.of(Status.UNAVAILABLE)), (status) -> fail(Failures.of(status, true, tls)));
	}

	/** Whatever throws is why there is no connection. */
	private void attempt(Runnable step) {
		if (this.decided) {
			return;
		}
		try {
			step.run();
		}
		catch (RuntimeException | Error ex) {
			fail(Failures.of(Status.UNAVAILABLE.withDescription("The connection could not be made").withCause(ex)));
		}
	}

	private void fail(Failure reason) {
		if (!this.decided) {
			close();
			this.failed.accept(reason);
		}
	}

	private void decide() {
		this.decided = true;
		this.limit.cancel();
		this.question.cancel();
	}

	/** Whether it was open, and is not any more. */
	boolean isLost() {
		return this.decided && (this.channel == null || this.channel.getState(false) != ConnectivityState.READY);
	}

	/** Ends it with all its calls. Idempotent. */
	void close() {
		decide();
		end();
	}

	/** Lets it end with its last call. */
	void retire() {
		if (this.channel != null) {
			this.connector.channels.retire(this.channel);
		}
	}

	private void end() {
		if (this.channel != null) {
			this.connector.channels.end(this.channel);
			this.channel = null;
		}
	}

	@Override
	public String toString() {
		return (this.endpoint != null) ? Names.authority(this.endpoint) : "any endpoint";
	}

}

package org.etcdevent.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import org.jspecify.annotations.Nullable;

/**
 * Gives a channel the one address that it is to have or, if there is none, looks its
 * endpoints up on the executor that is meant for what blocks. Their order is that of
 * chance, another one each time.
 */
final class EndpointsResolver extends NameResolver {

	private final List<URI> endpoints;

	private final boolean tls;

	private final Args args;

	/** By the synchronization context. */
	private @Nullable Listener2 listener;

	/** By the synchronization context. */
	private boolean resolving;

	private volatile boolean shutdown;

	EndpointsResolver(List<URI> endpoints, boolean tls, Args args) {
		this.endpoints = endpoints;
		this.tls = tls;
		this.args = args;
	}

	@Override
	public String getServiceAuthority() {
		return Names.authority(this.endpoints.get(0));
	}

	@Override
	public void start(Listener2 listener) {
		this.listener = listener;
		refresh();
	}

	@Override
	public void refresh() {
		SocketAddress address = this.args.getArg(EndpointsResolverProvider.ADDRESS);
		if (address != null) {
			answer(proxied(address));
		}
		else if (!this.resolving && !this.shutdown) {
			this.resolving = true;
			Objects.requireNonNull(this.args.getOffloadExecutor()).execute(() -> {
				StatusOr<List<EquivalentAddressGroup>> members = members();
				this.args.getSynchronizationContext().execute(() -> {
					this.resolving = false;
					answer(members);
				});
			});
		}
	}

	@Override
	public void shutdown() {
		this.shutdown = true;
	}

	private void answer(StatusOr<List<EquivalentAddressGroup>> members) {
		if (!this.shutdown && this.listener != null) {
			this.listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(members).build());
		}
	}

	/** Through a proxy only if the channel was customized to use one. */
	private StatusOr<List<EquivalentAddressGroup>> proxied(SocketAddress address) {
		try {
			SocketAddress proxy = this.args.getProxyDetector().proxyFor(address);
			return StatusOr.fromValue(List.of(new EquivalentAddressGroup((proxy != null) ? proxy : address)));
		}
		catch (IOException ex) {
			return failed("Cannot find the proxy of " + address, ex);
		}
	}

	/** An endpoint that is unknown leaves the others. */
	private StatusOr<List<EquivalentAddressGroup>> members() {
		List<EquivalentAddressGroup> members = new ArrayList<>();
		UnknownHostException unknown = null;
		for (URI endpoint : this.endpoints) {
			try {
				members.addAll(Names.lookUp(endpoint, this.tls));
			}
			catch (UnknownHostException ex) {
				unknown = ex;
			}
			catch (RuntimeException ex) {
				return failed("Cannot look up " + endpoint, ex);
			}
		}
		if (members.isEmpty()) {
			return failed((unknown != null) ? String.valueOf(unknown.getMessage()) : "No endpoints", unknown);
		}
		Collections.shuffle(members);
		return StatusOr.fromValue(members);
	}

	private static StatusOr<List<EquivalentAddressGroup>> failed(String message, @Nullable Exception ex) {
		return StatusOr.fromStatus(Status.UNAVAILABLE.withDescription(message).withCause(ex));
	}

}

package org.etcdevent.transport;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Where etcd is, and how to get in.
 *
 * @param endpoints {@code http://host:port}, {@code https://host:port} or what
 * {@link SrvEndpoint} reads, at least one
 * @param username the user's name, {@code null} where etcd asks for none
 * @param password the user's password, {@code null} for none
 * @param sslContext what https connections are secured with, {@code null} for the JVM's
 * trust store; connections to what DNS names are secured if it is there
 * @param keepAliveTime silence of a connection after which it is pinged
 * @param keepAliveTimeout how long the answer to a ping may take
 * @param maxInboundMessageSize how large an answer may be, in bytes
 */
public record TransportSettings(List<URI> endpoints, @Nullable String username, @Nullable String password,
		@Nullable SslContext sslContext, Duration keepAliveTime, Duration keepAliveTimeout, int maxInboundMessageSize) {

	/**
	 * Settings, checked.
	 * @throws IllegalArgumentException if there is no endpoint, or one is not of the form
	 */
	public TransportSettings {
		if (endpoints.isEmpty()) {
			throw new IllegalArgumentException(
					"There is no etcd endpoint: name at least one, as http://localhost:2379");
		}
		endpoints = List.copyOf(endpoints);
		endpoints.forEach(TransportSettings::check);
	}

	/**
	 * Settings with the keep-alive that sees a dead connection in 13 s, and answers of
	 * any size.
	 * @param endpoints the endpoints
	 * @param username the user's name
	 * @param password the user's password
	 * @param sslContext what https connections are secured with
	 */
	public TransportSettings(List<URI> endpoints, @Nullable String username, @Nullable String password,
			@Nullable SslContext sslContext) {
		this(endpoints, username, password, sslContext, Integer.MAX_VALUE);
	}

	/**
	 * Settings with the keep-alive that sees a dead connection in 13 s.
	 * @param endpoints the endpoints
	 * @param username the user's name
	 * @param password the user's password
	 * @param sslContext what https connections are secured with
	 * @param maxInboundMessageSize how large an answer may be, in bytes
	 */
	public TransportSettings(List<URI> endpoints, @Nullable String username, @Nullable String password,
			@Nullable SslContext sslContext, int maxInboundMessageSize) {
		this(endpoints, username, password, sslContext, Duration.ofSeconds(10), Duration.ofSeconds(3),
				maxInboundMessageSize);
	}

	/** What DNS names is secured where there is something to secure it with. */
	boolean isTls(URI endpoint) {
		return "https".equals(endpoint.getScheme()) || (SrvEndpoint.isSrv(endpoint) && this.sslContext != null);
	}

	boolean hasCredentialsOf(TransportSettings other) {
		return Objects.equals(this.username, other.username) && Objects.equals(this.password, other.password);
	}

	boolean hasEndpointsOf(TransportSettings other) {
		return Set.copyOf(this.endpoints).equals(Set.copyOf(other.endpoints));
	}

	private static void check(URI endpoint) {
		if (SrvEndpoint.isSrv(endpoint)) {
			SrvEndpoint.of(endpoint);
			return;
		}
		boolean scheme = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
		if (!scheme) {
			throw new IllegalArgumentException("An etcd endpoint is not of the form http://host:port or"
					+ " https://host:port; its scheme is '" + endpoint.getScheme() + "'");
		}
		try {
			HostEndpoint.of(endpoint);
		}
		catch (IllegalArgumentException ex) {
			// Not the endpoint itself, which may have a password in it.
			throw new IllegalArgumentException(
					"An etcd endpoint is not of the form http://host:port or https://host:port; a user's name and"
							+ " password have properties of their own",
					ex);
		}
	}

	/** The record's own text would contain the password. */
	@Override
	public String toString() {
		return "etcd at " + this.endpoints;
	}

}

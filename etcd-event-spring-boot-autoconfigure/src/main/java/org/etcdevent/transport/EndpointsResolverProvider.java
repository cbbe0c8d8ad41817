package org.etcdevent.transport;

import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import org.jspecify.annotations.Nullable;

/**
 * Has gRPC find the members of a cluster, for jetcd's client and, where the address was
 * chosen already, for the watches. What jetcd and gRPC bring themselves know no IPv6
 * address or no zone, look names up on the thread that connects, or send everything
 * through the proxy that the JVM is set to. Found by gRPC as a service.
 */
public final class EndpointsResolverProvider extends NameResolverProvider {

	/** The address of the one channel that is to have it. */
	static final NameResolver.Args.Key<SocketAddress> ADDRESS = NameResolver.Args.Key.create("etcd-event-address");

	private static final String SCHEME = "etcd-event";

	private static final String TLS = "tls";

	/** Below those whose schemes are defaults for targets without one. */
	private static final int PRIORITY = 1;

	/**
	 * What a gRPC channel opens to.
	 * @param endpoints the members of the cluster, or what names them
	 * @param tls whether the connection uses TLS
	 * @return a target for this provider
	 */
	public static String target(List<URI> endpoints, boolean tls) {
		String path = endpoints.stream().map(URI::toString).collect(Collectors.joining(",", "/", ""));
		try {
			return new URI(SCHEME, tls ? TLS : "plaintext", path, null).toASCIIString();
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException("The endpoints make no target: " + endpoints, ex);
		}
	}

	@Override
	public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
		if (!SCHEME.equals(target.getScheme())) {
			return null;
		}
		List<URI> endpoints = Stream.of(Objects.requireNonNull(target.getPath()).substring(1).split(","))
			.map(URI::create)
			.toList();
		return new EndpointsResolver(endpoints, TLS.equals(target.getAuthority()), args);
	}

	@Override
	public String getDefaultScheme() {
		return SCHEME;
	}

	@Override
	protected boolean isAvailable() {
		return true;
	}

	@Override
	protected int priority() {
		return PRIORITY;
	}

}

package org.etcdevent.transport;

import java.net.URI;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import org.jspecify.annotations.Nullable;

/**
 * Has gRPC find the members of a cluster by DNS, for the watches as well as for jetcd's
 * client. The resolver that jetcd registers looks up on the thread that connects, which
 * is the event loop here, and knows no host to check certificates against. Found by gRPC
 * as a service.
 */
public final class SrvResolverProvider extends NameResolverProvider {

	/** Not jetcd's {@code dns+srv}, which another application's client may use. */
	static final String SCHEME = "etcd-event-srv";

	/** Below those whose schemes are defaults for targets without one. */
	private static final int PRIORITY = 1;

	@Override
	public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
		return SCHEME.equals(target.getScheme()) ? new SrvResolver(target, args) : null;
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

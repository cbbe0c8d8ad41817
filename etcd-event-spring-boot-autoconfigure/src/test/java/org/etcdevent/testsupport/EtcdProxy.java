package org.etcdevent.testsupport;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An {@code etcd grpc-proxy} in front of servers, which can be killed and started again
 * at its address. Not thread-safe.
 */
public final class EtcdProxy extends EtcdProcess {

	private final List<URI> servers;

	private EtcdProxy(List<URI> servers) {
		super("proxy");
		this.servers = servers;
	}

	/**
	 * A proxy of one's own, ready to be used.
	 * @param servers the endpoints of the servers behind it, which must be healthy
	 * @return the proxy, to be closed by the caller
	 */
	public static EtcdProxy create(List<URI> servers) {
		EtcdProxy proxy = new EtcdProxy(servers);
		proxy.start();
		return proxy;
	}

	@Override
	List<String> arguments() {
		String endpoints = this.servers.stream().map(URI::getAuthority).collect(Collectors.joining(","));
		String address = endpoint().getAuthority();
		return List.of("grpc-proxy", "start", "--endpoints", endpoints, "--listen-addr", address,
				"--advertise-client-url", address);
	}

	@Override
	URI healthUrl() {
		return endpoint().resolve("/health");
	}

}

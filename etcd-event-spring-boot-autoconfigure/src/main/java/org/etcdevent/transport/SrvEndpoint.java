package org.etcdevent.transport;

import java.net.URI;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An endpoint {@code dns+srv://etcd.example.com}, which stands for the members that DNS
 * names. As etcd's own clients do, it asks for the SRV records of
 * {@code _etcd-client._tcp} or, with TLS, {@code _etcd-client-ssl._tcp} below the domain;
 * a name that begins with an underscore is that of the records themselves. In
 * {@code dns+srv://server:port/etcd.example.com} the name server to ask goes before.
 *
 * @param server the name server, empty for the system's
 * @param name the domain, or the name of the records
 */
public record SrvEndpoint(String server, String name) {

	/** The scheme of such endpoints. */
	public static final String SCHEME = "dns+srv";

	private static final Pattern SERVER = Pattern.compile("[\\w.-]*(\\[[0-9a-fA-F:]+])?(:\\d{1,5})?");

	private static final Pattern NAME = Pattern.compile("\\w[\\w-]*(\\.\\w[\\w-]*)*\\.?");

	/**
	 * An endpoint, checked.
	 * @throws IllegalArgumentException if it names no domain
	 */
	public SrvEndpoint {
		if (!NAME.matcher(name).matches() || !SERVER.matcher(server).matches()) {
			throw new IllegalArgumentException("It names no domain, as dns+srv://etcd.example.com does; hosts and ports"
					+ " are in the domain's SRV records");
		}
	}

	/**
	 * Whether an endpoint stands for what DNS names.
	 * @param endpoint the endpoint
	 * @return {@code true} if its scheme says so
	 */
	public static boolean isSrv(URI endpoint) {
		return SCHEME.equals(endpoint.getScheme());
	}

	/**
	 * Reads an endpoint.
	 * @param endpoint {@code dns+srv://domain}, {@code dns+srv:///domain} or
	 * {@code dns+srv://server/domain}
	 * @return the same in parts
	 * @throws IllegalArgumentException if it names no domain
	 */
	public static SrvEndpoint of(URI endpoint) {
		String authority = Objects.requireNonNullElse(endpoint.getRawAuthority(), "");
		String path = Objects.requireNonNullElse(endpoint.getRawPath(), "").replaceFirst("^/", "");
		return path.isEmpty() ? new SrvEndpoint("", authority) : new SrvEndpoint(authority, path);
	}

	/** What certificates must name: what follows service and protocol. */
	String domain() {
		String domain = this.name.startsWith("_") ? this.name.replaceFirst("^[^.]*\\.[^.]*\\.", "") : this.name;
		return domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
	}

	String records(boolean tls) {
		return this.name.startsWith("_") ? this.name
				: (tls ? "_etcd-client-ssl._tcp." : "_etcd-client._tcp.") + this.name;
	}

}

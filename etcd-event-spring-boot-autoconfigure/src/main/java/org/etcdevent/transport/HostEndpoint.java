package org.etcdevent.transport;

import java.net.URI;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An endpoint {@code http://host:port} or {@code https://host:port}. Host names may have
 * underscores, which {@link URI#getHost()} does not see, and IPv6 addresses a zone.
 *
 * @param host a name or an address, without brackets
 * @param port the port
 */
public record HostEndpoint(String host, int port) {

	private static final int DEFAULT_PORT = 2379;

	private static final Pattern AUTHORITY = Pattern
		.compile("(?:\\[([0-9a-fA-F:.]+)(?:%(?:25(?=\\w))?([\\w.~-]+))?]|([\\w.-]+))(?::(\\d{1,5}))?");

	private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

	/**
	 * Reads an endpoint. Without a port, it is etcd's usual one.
	 * @param endpoint the endpoint
	 * @return the same in parts
	 * @throws IllegalArgumentException if it names no host, or no port that exists
	 */
	public static HostEndpoint of(URI endpoint) {
		Matcher matcher = AUTHORITY.matcher(Objects.requireNonNullElse(endpoint.getRawAuthority(), ""));
		if (!matcher.matches()) {
			throw new IllegalArgumentException("It names no valid host; the port is a number");
		}
		String address = matcher.group(1);
		String zone = matcher.group(2);
		String host = (address != null) ? address + ((zone != null) ? "%" + zone : "") : matcher.group(3);
		int port = (matcher.group(4) != null) ? Integer.parseInt(matcher.group(4)) : DEFAULT_PORT;
		if (port < 1 || port > 65535) {
			throw new IllegalArgumentException("The port is not between 1 and 65535");
		}
		return new HostEndpoint(host, port);
	}

	/** Whether no name server has to be asked. */
	boolean isAddress() {
		return this.host.contains(":") || IPV4.matcher(this.host).matches();
	}

	/** What the certificate must name, and the port. A zone is this machine's affair. */
	String authority() {
		return text(this.host.replaceFirst("%.*", ""));
	}

	/**
	 * Host and port, as they are written in a URL.
	 */
	@Override
	public String toString() {
		return text(this.host);
	}

	private String text(String name) {
		return (name.contains(":") ? "[" + name + "]" : name) + ":" + this.port;
	}

}

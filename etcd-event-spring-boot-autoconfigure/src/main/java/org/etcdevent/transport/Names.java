package org.etcdevent.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.stream.Stream;

import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;

/**
 * Looks up the addresses of an endpoint: of a host's name, or of the members that SRV
 * records name. Their priorities and weights are ignored, as etcd's own clients do.
 */
final class Names {

	private static final String[] SRV = { "SRV" };

	/** Each name server is asked twice, within 1.5 s: a connection has 2 s at first. */
	private static final String FIRST_WAIT_MILLIS = "500";

	private static final String ATTEMPTS = "2";

	private Names() {
	}

	/**
	 * Looks an endpoint up, which may block.
	 * @param endpoint the endpoint
	 * @param tls whether the connection uses TLS, for which there are SRV records apart
	 * @return the addresses of each member, at least one
	 * @throws UnknownHostException if there is none; its message is for people
	 */
	static List<EquivalentAddressGroup> lookUp(URI endpoint, boolean tls) throws UnknownHostException {
		if (SrvEndpoint.isSrv(endpoint)) {
			return members(SrvEndpoint.of(endpoint), tls);
		}
		HostEndpoint host = HostEndpoint.of(endpoint);
		Attributes authority = Attributes.newBuilder()
			.set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, host.authority())
			.build();
		return List.of(new EquivalentAddressGroup(addresses(host.host(), host.port()), authority));
	}

	/**
	 * What certificates must name. For members that DNS names it is the domain, for DNS
	 * can be forged.
	 */
	static String authority(URI endpoint) {
		return SrvEndpoint.isSrv(endpoint) ? SrvEndpoint.of(endpoint).domain() : HostEndpoint.of(endpoint).authority();
	}

	private static List<SocketAddress> addresses(String host, int port) throws UnknownHostException {
		return Stream.of(InetAddress.getAllByName(host))
			.<SocketAddress>map((address) -> new InetSocketAddress(address, port))
			.toList();
	}

	/** A host that is unknown leaves the others. */
	private static List<EquivalentAddressGroup> members(SrvEndpoint endpoint, boolean tls) throws UnknownHostException {
		String records = endpoint.records(tls);
		List<EquivalentAddressGroup> members = new ArrayList<>();
		Exception reason = new UnknownHostException("They name no host");
		try {
			for (String text : records(endpoint.server(), records)) {
				// priority, weight, port, host
				String[] parts = text.trim().split("\\s+");
				String host = parts[3].endsWith(".") ? parts[3].substring(0, parts[3].length() - 1) : parts[3];
				if (host.isEmpty()) {
					// "Decidedly not available", says RFC 2782.
					continue;
				}
				try {
					members.add(new EquivalentAddressGroup(addresses(host, Integer.parseInt(parts[2]))));
				}
				catch (UnknownHostException ex) {
					reason = ex;
				}
			}
		}
		catch (NamingException ex) {
			reason = ex;
		}
		if (members.isEmpty()) {
			UnknownHostException unknown = new UnknownHostException("No SRV records '" + records + "'");
			unknown.initCause(reason);
			throw unknown;
		}
		return members;
	}

	@SuppressWarnings({ "JdkObsolete", "BanJNDI" }) // JNDI is the JDK's way to ask DNS
	private static List<String> records(String server, String name) throws NamingException {
		Hashtable<String, String> environment = new Hashtable<>();
		environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
		environment.put(Context.PROVIDER_URL, server.isEmpty() ? "dns:" : "dns://" + server);
		environment.put("com.sun.jndi.dns.timeout.initial", FIRST_WAIT_MILLIS);
		environment.put("com.sun.jndi.dns.timeout.retries", ATTEMPTS);
		DirContext dns = new InitialDirContext(environment);
		try {
			Attribute attribute = dns.getAttributes(name, SRV).get(SRV[0]);
			if (attribute == null) {
				throw new NameNotFoundException("DNS has other records of that name");
			}
			List<String> found = new ArrayList<>();
			NamingEnumeration<?> all = attribute.getAll();
			while (all.hasMore()) {
				found.add(all.next().toString());
			}
			return found;
		}
		finally {
			dns.close();
		}
	}

}

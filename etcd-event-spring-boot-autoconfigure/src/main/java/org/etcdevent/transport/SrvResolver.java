package org.etcdevent.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import org.jspecify.annotations.Nullable;

/**
 * Looks up SRV records, on the executor that is meant for what blocks. The members come
 * in an order of chance, another one each time, so that a new channel begins with another
 * member; priorities and weights are ignored, as etcd's own clients do.
 */
final class SrvResolver extends NameResolver {

	private static final String[] SRV = { "SRV" };

	/** Each name server is asked twice, within 1.5 s: a channel has 2 s to connect. */
	private static final String FIRST_WAIT_MILLIS = "500";

	private static final String ATTEMPTS = "2";

	private final String server;

	private final String records;

	private final Executor executor;

	private final SynchronizationContext context;

	/** By the synchronization context. */
	private @Nullable Listener2 listener;

	/** By the synchronization context. */
	private boolean resolving;

	private volatile boolean shutdown;

	SrvResolver(URI target, Args args) {
		this.server = Objects.requireNonNullElse(target.getRawAuthority(), "");
		this.records = target.getPath().substring(1);
		this.executor = Objects.requireNonNull(args.getOffloadExecutor());
		this.context = args.getSynchronizationContext();
	}

	/** The domain: what follows service and protocol. */
	@Override
	public String getServiceAuthority() {
		String[] parts = this.records.split("\\.", 3);
		String domain = parts[parts.length - 1];
		return domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
	}

	@Override
	public void start(Listener2 listener) {
		this.listener = listener;
		refresh();
	}

	@Override
	public void refresh() {
		if (!this.resolving && !this.shutdown) {
			this.resolving = true;
			this.executor.execute(this::resolve);
		}
	}

	@Override
	public void shutdown() {
		this.shutdown = true;
	}

	private void resolve() {
		if (this.shutdown) {
			// Others wait for the thread.
			return;
		}
		StatusOr<List<EquivalentAddressGroup>> members = members();
		this.context.execute(() -> {
			this.resolving = false;
			if (!this.shutdown && this.listener != null) {
				this.listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(members).build());
			}
		});
	}

	private StatusOr<List<EquivalentAddressGroup>> members() {
		try {
			return StatusOr.fromValue(addresses(lookUp()));
		}
		catch (NamingException | UnknownHostException | RuntimeException ex) {
			return StatusOr
				.fromStatus(Status.UNAVAILABLE.withDescription("No SRV records '" + this.records + "'").withCause(ex));
		}
	}

	@SuppressWarnings({ "JdkObsolete", "BanJNDI" }) // JNDI is the JDK's way to ask DNS
	private List<String> lookUp() throws NamingException {
		Hashtable<String, String> environment = new Hashtable<>();
		environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
		environment.put(Context.PROVIDER_URL, this.server.isEmpty() ? "dns:" : "dns://" + this.server);
		environment.put("com.sun.jndi.dns.timeout.initial", FIRST_WAIT_MILLIS);
		environment.put("com.sun.jndi.dns.timeout.retries", ATTEMPTS);
		DirContext dns = new InitialDirContext(environment);
		try {
			Attribute attribute = dns.getAttributes(this.records, SRV).get(SRV[0]);
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

	/** A host that is unknown leaves the others. */
	private static List<EquivalentAddressGroup> addresses(List<String> found) throws UnknownHostException {
		List<EquivalentAddressGroup> members = new ArrayList<>();
		UnknownHostException unknown = new UnknownHostException("They name no host");
		for (String text : found) {
			// priority, weight, port, host
			String[] parts = text.trim().split("\\s+");
			String host = parts[3].endsWith(".") ? parts[3].substring(0, parts[3].length() - 1) : parts[3];
			if (host.isEmpty()) {
				// "Decidedly not available", says RFC 2782.
				continue;
			}
			try {
				members.add(member(InetAddress.getAllByName(host), Integer.parseInt(parts[2])));
			}
			catch (UnknownHostException ex) {
				unknown = ex;
			}
		}
		if (members.isEmpty()) {
			throw unknown;
		}
		Collections.shuffle(members);
		return members;
	}

	private static EquivalentAddressGroup member(InetAddress[] hosts, int port) {
		List<SocketAddress> addresses = Stream.of(hosts)
			.<SocketAddress>map((host) -> new InetSocketAddress(host, port))
			.toList();
		return new EquivalentAddressGroup(addresses);
	}

}

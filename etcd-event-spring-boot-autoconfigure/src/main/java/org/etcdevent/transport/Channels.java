package org.etcdevent.transport;

import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the channels, each to one endpoint or what DNS names in its place, all on the
 * event loop. A connection that is in doubt is replaced by a new channel rather than
 * waited for: gRPC's own back-off can last minutes. Loop only.
 */
final class Channels {

	private static final Log logger = LogFactory.getLog(Channels.class);

	private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

	private final TransportSettings settings;

	private final EventLoop loop;

	private final List<EtcdWatchChannelCustomizer> customizers;

	private final @Nullable SslContext sslContext;

	/**
	 * Resolve names, which may block: each endpoint's only its own. Their threads end
	 * when they have nothing to do.
	 */
	private final Map<URI, ExecutorService> resolvers = new HashMap<>();

	private final Set<ManagedChannel> open = new HashSet<>();

	/** Whether a customizer failed for the last channel. */
	private boolean refused;

	private boolean closed;

	Channels(TransportSettings settings, EventLoop loop, List<EtcdWatchChannelCustomizer> customizers) {
		this.settings = settings;
		this.loop = loop;
		this.customizers = List.copyOf(customizers);
		this.sslContext = sslContext(settings);
		settings.endpoints().forEach((endpoint) -> this.resolvers.computeIfAbsent(endpoint, (key) -> resolver()));
	}

	/** The endpoints in turn, from one that is chosen by chance. */
	Turn turn() {
		return new Turn(this.settings.endpoints());
	}

	/** A channel to the endpoint whose turn it is. */
	ManagedChannel next(Turn turn) {
		URI endpoint = turn.next();
		boolean tls = isTls(endpoint, this.sslContext);
		NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target(endpoint, tls))
			.withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
			.keepAliveTime(this.settings.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
			.keepAliveTimeout(this.settings.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
			// An idle channel that pings is sent away by etcd.
			.keepAliveWithoutCalls(false);
		boolean customized = customize(builder);
		builder.eventLoopGroup(this.loop.group())
			.channelType(NioSocketChannel.class)
			.directExecutor()
			.offloadExecutor(this.resolvers.get(endpoint))
			.defaultLoadBalancingPolicy("pick_first")
			.disableServiceConfigLookUp()
			.disableRetry()
			.maxInboundMessageSize(Integer.MAX_VALUE);
		if (tls) {
			builder.useTransportSecurity().sslContext(this.sslContext);
		}
		else {
			builder.usePlaintext();
		}
		this.open.removeIf(ManagedChannel::isTerminated);
		ManagedChannel channel = builder.build();
		this.open.add(channel);
		if (this.closed || !customized) {
			// Calls on it fail as in an outage.
			channel.shutdownNow();
		}
		return channel;
	}

	private boolean customize(NettyChannelBuilder builder) {
		try {
			this.customizers.forEach((customizer) -> customizer.customize(builder));
			this.refused = false;
			return true;
		}
		catch (RuntimeException | Error ex) {
			if (!this.refused) {
				logger.warn("A customizer of the watches' channels failed, so there is no connection", ex);
			}
			this.refused = true;
			return false;
		}
	}

	/** Ends a channel with all its calls. */
	void end(ManagedChannel channel) {
		this.open.remove(channel);
		channel.shutdownNow();
	}

	/** Lets a channel end with its last call. */
	void retire(ManagedChannel channel) {
		channel.shutdown();
	}

	void close() {
		this.closed = true;
		this.open.forEach(ManagedChannel::shutdownNow);
		this.open.clear();
		this.resolvers.values().forEach(ExecutorService::shutdownNow);
	}

	/**
	 * A name by itself could be taken for the scheme of a name resolver: jetcd registers
	 * {@code ip}, for one.
	 */
	private static String target(URI endpoint, boolean tls) {
		if (SrvEndpoint.isSrv(endpoint)) {
			return SrvEndpoint.of(endpoint).target(tls);
		}
		// Brackets of an IPv6 address are not for paths.
		String authority = endpoint.getRawAuthority().replace("[", "%5B").replace("]", "%5D");
		return "dns:///" + authority;
	}

	private static ExecutorService resolver() {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				new DefaultThreadFactory("etcd-event-resolver", true));
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * Never plaintext where https is asked for: without a bundle, the JVM's trust store.
	 */
	private static @Nullable SslContext sslContext(TransportSettings settings) {
		SslContext given = settings.sslContext();
		if (settings.endpoints().stream().noneMatch((endpoint) -> isTls(endpoint, given))) {
			return null;
		}
		if (given != null) {
			if (!given.isClient() || !given.applicationProtocolNegotiator().protocols().contains("h2")) {
				throw new IllegalArgumentException(
						"The SSL context of the etcd connection must be a client's and offer HTTP/2 by ALPN");
			}
			return given;
		}
		try {
			return GrpcSslContexts.forClient().build();
		}
		catch (SSLException ex) {
			throw new IllegalStateException("TLS cannot be set up with the JVM's trust store", ex);
		}
	}

	/** What DNS names is secured where there is something to secure it with. */
	static boolean isTls(URI endpoint, @Nullable SslContext sslContext) {
		return "https".equals(endpoint.getScheme()) || (SrvEndpoint.isSrv(endpoint) && sslContext != null);
	}

	/**
	 * Each connection that needs another endpoint after a failure has a turn of its own,
	 * so that two that fail in step do not keep each other on the same one.
	 */
	static final class Turn {

		private final List<URI> endpoints;

		private int next;

		private Turn(List<URI> endpoints) {
			this.endpoints = endpoints;
			this.next = ThreadLocalRandom.current().nextInt(endpoints.size());
		}

		private URI next() {
			URI endpoint = this.endpoints.get(this.next);
			this.next = (this.next + 1) % this.endpoints.size();
			return endpoint;
		}

	}

}

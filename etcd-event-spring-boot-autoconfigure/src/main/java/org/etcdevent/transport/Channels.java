package org.etcdevent.transport;

import java.net.SocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the channels, each to one address, all on the event loop. Loop only.
 */
final class Channels {

	private static final Log logger = LogFactory.getLog(Channels.class);

	/** Longer than any connection has. */
	private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

	/** Nothing is asked for compressed: a small message could become a very large one. */
	private static final DecompressorRegistry UNCOMPRESSED = DecompressorRegistry.emptyInstance()
		.with(Codec.Identity.NONE, false);

	private final EventLoop loop;

	private final List<EtcdWatchChannelCustomizer> customizers;

	private final Set<ManagedChannel> open = new HashSet<>();

	/** The JVM's trust, once it was needed. */
	private @Nullable SslContext defaultContext;

	/** Whether a customizer failed for the last channel. */
	private boolean refused;

	private boolean closed;

	/**
	 * No channels yet.
	 * @param settings those at the start, so that what cannot work fails there
	 */
	Channels(TransportSettings settings, EventLoop loop, List<EtcdWatchChannelCustomizer> customizers) {
		this.loop = loop;
		this.customizers = List.copyOf(customizers);
		settings.endpoints().stream().filter(settings::isTls).findAny().ifPresent((endpoint) -> sslContext(settings));
	}

	/**
	 * Opens a channel.
	 * @param endpoint what certificates and messages name
	 * @param address where it leads
	 * @throws RuntimeException what a customizer throws
	 */
	ManagedChannel open(TransportSettings settings, URI endpoint, SocketAddress address) {
		boolean tls = settings.isTls(endpoint);
		NettyChannelBuilder builder = NettyChannelBuilder
			.forTarget(EndpointsResolverProvider.target(List.of(endpoint), tls))
			.withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
			.keepAliveTime(settings.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
			.keepAliveTimeout(settings.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
			// An idle channel that pings is sent away by etcd.
			.keepAliveWithoutCalls(false)
			// The JVM's proxies are meant for the web.
			.proxyDetector((target) -> null);
		customize(builder);
		builder.eventLoopGroup(this.loop.group())
			.channelType(NioSocketChannel.class)
			.directExecutor()
			.setNameResolverArg(EndpointsResolverProvider.ADDRESS, address)
			.defaultLoadBalancingPolicy("pick_first")
			.disableServiceConfigLookUp()
			.disableRetry()
			.decompressorRegistry(UNCOMPRESSED)
			.maxInboundMessageSize(settings.maxInboundMessageSize());
		if (tls) {
			builder.useTransportSecurity().sslContext(sslContext(settings));
		}
		else {
			builder.usePlaintext();
		}
		this.open.removeIf(ManagedChannel::isTerminated);
		ManagedChannel channel = builder.build();
		this.open.add(channel);
		if (this.closed) {
			channel.shutdownNow();
		}
		return channel;
	}

	private void customize(NettyChannelBuilder builder) {
		try {
			this.customizers.forEach((customizer) -> customizer.customize(builder));
			this.refused = false;
		}
		catch (RuntimeException | Error ex) {
			if (!this.refused) {
				logger.warn("A customizer of the watches' channels failed, so there is no connection", ex);
			}
			this.refused = true;
			throw ex;
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
	}

	/**
	 * Never plaintext where https is asked for: without a bundle, the JVM's trust store.
	 */
	private SslContext sslContext(TransportSettings settings) {
		SslContext given = settings.sslContext();
		if (given != null) {
			if (!given.isClient() || !given.applicationProtocolNegotiator().protocols().contains("h2")) {
				throw new IllegalArgumentException(
						"The SSL context of the etcd connection must be a client's and offer HTTP/2 by ALPN");
			}
			return given;
		}
		if (this.defaultContext == null) {
			try {
				this.defaultContext = GrpcSslContexts.forClient().build();
			}
			catch (SSLException ex) {
				throw new IllegalStateException("TLS cannot be set up with the JVM's trust store", ex);
			}
		}
		return this.defaultContext;
	}

}

package org.etcdevent.transport;

import io.grpc.netty.NettyChannelBuilder;

/**
 * Changes the gRPC channels that watches and values run on, for example their
 * interceptors, user agent, proxy, authority or keep-alive. Applications may define beans
 * of this type, which are called in their order, for each new connection. Those of the
 * auto-configured client are changed by its own customizer.
 * <p>
 * What the library relies on is set afterwards: threads, the choice of an endpoint,
 * retries, compression, the size of answers, and whether the connection uses TLS, and
 * with what. The JVM's proxies are not used unless a customizer sets a
 * {@link NettyChannelBuilder#proxyDetector proxy detector}.
 */
@FunctionalInterface
public interface EtcdWatchChannelCustomizer {

	/**
	 * Changes the builder of a channel. Called on the event loop, which all watches share
	 * and which must not be blocked. What this throws fails the connection, as an outage
	 * does.
	 * @param builder the builder of the channel
	 */
	void customize(NettyChannelBuilder builder);

}

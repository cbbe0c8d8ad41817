package org.etcdevent.autoconfigure;

import java.util.SplittableRandom;

import javax.net.ssl.SSLException;

import io.etcd.jetcd.Client;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.EtcdValues;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.feed.Feeds;
import org.etcdevent.transport.EtcdWatchChannelCustomizer;
import org.etcdevent.transport.GrpcTransport;
import org.etcdevent.transport.NamespacedTransport;
import org.etcdevent.transport.TransportSettings;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for values of keys in etcd, and for
 * jetcd's {@link Client}.
 */
@AutoConfiguration(after = SslAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass(Client.class)
@EnableConfigurationProperties(EtcdProperties.class)
@Import({ EtcdConnectionConfiguration.UserClient.class, EtcdConnectionConfiguration.OwnClient.class,
		EtcdValueBeanRegistrar.class })
public final class EtcdAutoConfiguration {

	/**
	 * For the annotated methods too, whatever else the application makes values with: a
	 * bean of its own is what other beans get as {@link EtcdValues}.
	 */
	@Bean
	@Fallback
	@ConditionalOnMissingBean
	FeedValues etcdFeedValues(Feeds feeds, EtcdDecoderResolver decoders, EtcdProperties properties) {
		return new FeedValues(feeds, decoders, PropertySettings.syncTimeout(properties));
	}

	@Bean
	@ConditionalOnMissingBean
	EtcdTls etcdTls(EtcdConnectionDetails connectionDetails, ObjectProvider<SslBundles> sslBundles)
			throws SSLException {
		return EtcdTls.of(connectionDetails, sslBundles.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	GrpcTransport etcdTransport(EtcdConnectionDetails connectionDetails, EtcdTls tls, EtcdProperties properties,
			ObjectProvider<Client> client, ObjectProvider<EtcdWatchChannelCustomizer> customizers) {
		// Made first, to be closed last: beans that stop with the watches may still
		// write.
		client.getIfUnique();
		PlaintextCredentials.warn(connectionDetails, tls.context() != null);
		int maxInboundMessageSize = PropertySettings.maxInboundMessageSize(properties);
		return new GrpcTransport(
				() -> new TransportSettings(connectionDetails.getEndpoints(), connectionDetails.getUsername(),
						connectionDetails.getPassword(), tls.context(), maxInboundMessageSize),
				customizers.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	Feeds etcdFeeds(GrpcTransport transport, EtcdProperties properties) {
		byte[] namespace = PropertySettings.namespace(properties);
		EtcdTransport etcd = (namespace.length > 0) ? new NamespacedTransport(transport, namespace) : transport;
		return new Feeds(etcd, transport.loop(), new SplittableRandom(), PropertySettings.feeds(properties));
	}

	@Bean
	@ConditionalOnMissingBean(EtcdDecoderResolver.class)
	ApplicationDecoderResolver etcdDecoderResolver(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<JsonDecoders> json) {
		JsonDecoders decoders = json.getIfAvailable();
		return new ApplicationDecoderResolver(beanFactory, (decoders != null) ? decoders::decoder : null);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class JsonConfiguration {

		@Bean
		@ConditionalOnSingleCandidate(JsonMapper.class)
		JsonDecoders etcdJsonDecoders(JsonMapper mapper) {
			return new JsonDecoders(mapper);
		}

	}

}

package org.etcdevent.autoconfigure;

import java.nio.charset.StandardCharsets;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.netty.handler.ssl.SslContext;
import org.etcdevent.transport.EndpointsResolverProvider;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Connection details and the {@link Client}, with and without a client of the
 * application's own.
 */
final class EtcdConnectionConfiguration {

	private EtcdConnectionConfiguration() {
	}

	/**
	 * The application has a client. It does not say where it connects to, and watches
	 * that silently watch another etcd would be worse than none.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(Client.class)
	static class UserClient {

		@Bean
		@ConditionalOnMissingBean(EtcdConnectionDetails.class)
		PropertiesEtcdConnectionDetails etcdConnectionDetails(EtcdProperties properties,
				ObjectProvider<SslBundles> sslBundles) {
			if (properties.getEndpoints() == null) {
				throw new ClientWithoutEndpointsException();
			}
			return new PropertiesEtcdConnectionDetails(properties, sslBundles.getIfAvailable());
		}

	}

	/**
	 * The application has no client.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(Client.class)
	static class OwnClient {

		@Bean
		@ConditionalOnMissingBean(EtcdConnectionDetails.class)
		PropertiesEtcdConnectionDetails etcdConnectionDetails(EtcdProperties properties,
				ObjectProvider<SslBundles> sslBundles) {
			return new PropertiesEtcdConnectionDetails(properties, sslBundles.getIfAvailable());
		}

		@Bean
		Client etcdClient(EtcdConnectionDetails connectionDetails, EtcdTls tls, EtcdProperties properties,
				ObjectProvider<EtcdClientBuilderCustomizer> customizers) {
			// etcd takes pings on a connection without calls for an attack.
			ClientBuilder builder = Client.builder()
				.namespace(ByteSequence.from(PropertySettings.namespace(properties)))
				.keepaliveWithoutCalls(false);
			builder.target(EndpointsResolverProvider.target(connectionDetails.getEndpoints(), tls.context() != null));
			String username = connectionDetails.getUsername();
			String password = connectionDetails.getPassword();
			if (username != null && password != null) {
				builder.user(ByteSequence.from(username, StandardCharsets.UTF_8))
					.password(ByteSequence.from(password, StandardCharsets.UTF_8));
			}
			SslContext sslContext = tls.context();
			if (sslContext != null) {
				builder.sslContext(sslContext);
			}
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return builder.build();
		}

	}

}

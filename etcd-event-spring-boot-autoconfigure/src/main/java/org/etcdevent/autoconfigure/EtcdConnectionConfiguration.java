package org.etcdevent.autoconfigure;

import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.SslBundle;
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
	 * What secures connections to https endpoints. Without it, jetcd would speak
	 * plaintext even to those.
	 * @return the context, {@code null} if the endpoints are http
	 */
	static @Nullable SslContext sslContext(EtcdConnectionDetails connectionDetails) throws SSLException {
		if (connectionDetails.getEndpoints().stream().noneMatch((uri) -> "https".equals(uri.getScheme()))) {
			if (connectionDetails.getSslBundle() != null) {
				throw new IllegalStateException(
						"The etcd connection has an SSL bundle, but its endpoints are not https: "
								+ connectionDetails.getEndpoints());
			}
			return null;
		}
		// jetcd's builder knows which protocols gRPC needs.
		return Client.builder().sslContext((ssl) -> apply(connectionDetails.getSslBundle(), ssl)).sslContext();
	}

	private static void apply(@Nullable SslBundle bundle, SslContextBuilder ssl) {
		if (bundle != null) {
			ssl.keyManager(bundle.getManagers().getKeyManagerFactory())
				.trustManager(bundle.getManagers().getTrustManagerFactory());
		}
	}

	/**
	 * The application has a client. It does not tell where it connects to, and watches
	 * that silently follow another etcd would be worse than none.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(Client.class)
	static class UserClient {

		@Bean
		@ConditionalOnMissingBean(EtcdConnectionDetails.class)
		PropertiesEtcdConnectionDetails etcdConnectionDetails(EtcdProperties properties) {
			if (properties.getEndpoints() == null) {
				throw new IllegalStateException("The application defines a jetcd Client bean of its own, but watches "
						+ "do not run on it and cannot tell where it connects to. Either set 'etcd.event.endpoints', "
						+ "or define a bean of type " + EtcdConnectionDetails.class.getName());
			}
			return new PropertiesEtcdConnectionDetails(properties);
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
		PropertiesEtcdConnectionDetails etcdConnectionDetails(EtcdProperties properties) {
			return new PropertiesEtcdConnectionDetails(properties);
		}

		@Bean
		Client etcdClient(EtcdConnectionDetails connectionDetails) throws SSLException {
			// etcd takes pings on a connection without calls for an attack.
			ClientBuilder builder = Client.builder()
				.endpoints(connectionDetails.getEndpoints())
				.keepaliveWithoutCalls(false);
			String username = connectionDetails.getUsername();
			String password = connectionDetails.getPassword();
			if (username != null && password != null) {
				builder.user(ByteSequence.from(username, StandardCharsets.UTF_8))
					.password(ByteSequence.from(password, StandardCharsets.UTF_8));
			}
			SslContext sslContext = sslContext(connectionDetails);
			if (sslContext != null) {
				builder.sslContext(sslContext);
			}
			return builder.build();
		}

	}

}

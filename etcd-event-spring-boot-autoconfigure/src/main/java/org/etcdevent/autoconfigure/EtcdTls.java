package org.etcdevent.autoconfigure;

import java.net.URI;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLException;

import io.etcd.jetcd.Client;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.transport.SrvEndpoint;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * What secures connections to https endpoints, the watches' as well as the client's.
 * Without it, jetcd would speak plaintext even to those.
 */
final class EtcdTls {

	private static final Log logger = LogFactory.getLog(EtcdTls.class);

	private final @Nullable ReloadableSslContext context;

	private EtcdTls(@Nullable ReloadableSslContext context) {
		this.context = context;
	}

	/**
	 * Makes the context of a connection, and keeps it up to date if the properties name
	 * its bundle.
	 * @param connectionDetails the connection
	 * @param bundles where the bundle is updated, {@code null} if there are none
	 * @return what secures the connection
	 * @throws SSLException if the bundle cannot be used
	 */
	static EtcdTls of(EtcdConnectionDetails connectionDetails, @Nullable SslBundles bundles) throws SSLException {
		SslBundle bundle = connectionDetails.getSslBundle();
		List<URI> endpoints = connectionDetails.getEndpoints();
		boolean srv = endpoints.stream().anyMatch(SrvEndpoint::isSrv);
		if (!(srv && bundle != null) && endpoints.stream().noneMatch((uri) -> "https".equals(uri.getScheme()))) {
			if (bundle != null) {
				throw new IllegalStateException(
						"The etcd connection has an SSL bundle, but its endpoints are not https: " + endpoints);
			}
			return new EtcdTls(null);
		}
		ReloadableSslContext context = new ReloadableSslContext(create(bundle));
		if (connectionDetails instanceof PropertiesEtcdConnectionDetails properties && bundles != null) {
			String name = properties.getSslBundleName();
			if (name != null) {
				bundles.addBundleUpdateHandler(name, (updated) -> reload(context, name, updated));
			}
		}
		return new EtcdTls(context);
	}

	/**
	 * The context.
	 * @return the context, {@code null} if the connection uses no TLS
	 */
	@Nullable SslContext context() {
		return this.context;
	}

	private static void reload(ReloadableSslContext context, String name, SslBundle bundle) {
		try {
			context.reload(create(bundle));
			logger.info("The SSL bundle '" + name + "' was updated; new connections to etcd use it");
		}
		catch (SSLException | RuntimeException | Error ex) {
			logger.warn("The SSL bundle '" + name + "' was updated but cannot be used: connections to etcd go on "
					+ "with what it was before", ex);
		}
	}

	private static SslContext create(@Nullable SslBundle bundle) throws SSLException {
		// jetcd's builder knows which protocols gRPC needs.
		SslContext context = Client.builder().sslContext((ssl) -> apply(bundle, ssl)).sslContext();
		if (context == null) {
			throw new SSLException("There is no SSL context");
		}
		return context;
	}

	private static void apply(@Nullable SslBundle bundle, SslContextBuilder ssl) {
		if (bundle == null) {
			return;
		}
		ssl.keyManager(bundle.getManagers().getKeyManagerFactory())
			.trustManager(bundle.getManagers().getTrustManagerFactory());
		SslOptions options = bundle.getOptions();
		if (options.getCiphers() != null) {
			ssl.ciphers(Arrays.asList(options.getCiphers()), SupportedCipherSuiteFilter.INSTANCE);
		}
		if (options.getEnabledProtocols() != null) {
			ssl.protocols(options.getEnabledProtocols());
		}
	}

}

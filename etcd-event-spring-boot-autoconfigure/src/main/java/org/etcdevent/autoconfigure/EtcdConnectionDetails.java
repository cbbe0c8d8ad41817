package org.etcdevent.autoconfigure;

import java.net.URI;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where etcd is and how to get in. A bean of this type takes the place of the connection
 * properties, for the watches as well as for the auto-configured {@code Client}.
 * <p>
 * The client keeps what it was made with. Watches and values ask for endpoints, name and
 * password again for each connection and login, and each second while etcd refuses the
 * credentials, so that a bean may rotate them. It is then asked on the thread that all of
 * them share, must return at once, and what it throws fails that attempt.
 */
public interface EtcdConnectionDetails extends ConnectionDetails {

	/**
	 * The members of the cluster.
	 * @return URLs with host and port, at least one; all {@code http}, or all
	 * {@code https} for TLS. Or one {@code dns+srv} with a domain whose SRV records name
	 * the members, with TLS if there is an SSL bundle
	 */
	List<URI> getEndpoints();

	/**
	 * The name of the etcd user.
	 * @return the name, or {@code null} if etcd asks for none
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * The password of the etcd user.
	 * @return the password, or {@code null} if etcd asks for none
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * Keys and trust for TLS.
	 * @return the bundle, or {@code null} for the JVM's trust store if the endpoints are
	 * {@code https}
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}

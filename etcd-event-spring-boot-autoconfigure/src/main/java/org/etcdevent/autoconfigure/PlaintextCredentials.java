package org.etcdevent.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.transport.SrvEndpoint;

/**
 * Warns where user and password would travel in plaintext to another machine.
 */
final class PlaintextCredentials {

	private static final Log logger = LogFactory.getLog(PlaintextCredentials.class);

	/** No name is looked up for this: the start must not depend on DNS. */
	private static final Pattern LOOPBACK = Pattern
		.compile("(.+\\.)?localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[(::|(0+:){7})0*1]");

	private PlaintextCredentials() {
	}

	/**
	 * Warns once, if need be.
	 * @param details where etcd is, and the user
	 * @param tls whether there is what DNS-named members are secured with
	 */
	static void warn(EtcdConnectionDetails details, boolean tls) {
		if (details.getUsername() == null) {
			return;
		}
		List<URI> exposed = details.getEndpoints().stream().filter((endpoint) -> isExposed(endpoint, tls)).toList();
		if (!exposed.isEmpty()) {
			logger.warn("The etcd user and password are sent in plaintext to " + exposed
					+ ": let etcd serve TLS, and use https:// in 'etcd.event.endpoints', or set 'etcd.event.ssl.bundle'"
					+ " with dns+srv://");
		}
	}

	private static boolean isExposed(URI endpoint, boolean tls) {
		if (SrvEndpoint.isSrv(endpoint)) {
			return !tls;
		}
		return "http".equals(endpoint.getScheme())
				&& !LOOPBACK.matcher(String.valueOf(endpoint.getHost()).toLowerCase(Locale.ROOT)).matches();
	}

}

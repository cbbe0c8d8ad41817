package org.etcdevent.autoconfigure;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;

/**
 * Changes the builder of the auto-configured {@link Client}, after everything that
 * properties and connection details say. Beans of this type are called in their order.
 * They do not change the connections that watches run on.
 */
@FunctionalInterface
public interface EtcdClientBuilderCustomizer {

	/**
	 * Changes the builder.
	 * @param builder the builder of the client
	 */
	void customize(ClientBuilder builder);

}

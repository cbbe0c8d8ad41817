package org.etcdevent.autoconfigure.testcontainers;

import java.net.URI;
import java.util.List;

import org.etcdevent.autoconfigure.EtcdConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;

/**
 * Connects to a container with {@link ServiceConnection} that runs etcd, recognised by
 * its image or by the name {@code "etcd"}.
 */
class EtcdContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, EtcdConnectionDetails> {

	private static final List<String> NAMES = List.of("etcd", "coreos/etcd", "etcd-development/etcd", "bitnami/etcd",
			"bitnamilegacy/etcd");

	private static final int PORT = 2379;

	/** Bitnami's images make a root of it. */
	private static final String ROOT_PASSWORD = "ETCD_ROOT_PASSWORD";

	EtcdContainerConnectionDetailsFactory() {
		super(NAMES);
	}

	@Override
	protected EtcdConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
		return new EtcdContainerConnectionDetails(source);
	}

	private static final class EtcdContainerConnectionDetails extends ContainerConnectionDetails<Container<?>>
			implements EtcdConnectionDetails {

		private EtcdContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
			super(source);
		}

		@Override
		public List<URI> getEndpoints() {
			String scheme = (getSslBundle() != null) ? "https" : "http";
			return List
				.of(URI.create(scheme + "://" + getContainer().getHost() + ":" + getContainer().getMappedPort(PORT)));
		}

		@Override
		public @Nullable String getUsername() {
			return (getPassword() != null) ? "root" : null;
		}

		@Override
		public @Nullable String getPassword() {
			return getContainer().getEnvMap().get(ROOT_PASSWORD);
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return super.getSslBundle();
		}

	}

}

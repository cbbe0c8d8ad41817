package org.etcdevent.autoconfigure.docker.compose;

import java.net.URI;
import java.util.List;

import org.etcdevent.autoconfigure.EtcdConnectionDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;

/**
 * Connects to a service of Docker Compose that runs etcd, recognised by its image or by
 * the label {@code org.springframework.boot.service-connection: etcd}.
 */
class EtcdDockerComposeConnectionDetailsFactory extends DockerComposeConnectionDetailsFactory<EtcdConnectionDetails> {

	private static final String[] NAMES = { "etcd", "coreos/etcd", "etcd-development/etcd", "bitnami/etcd",
			"bitnamilegacy/etcd" };

	private static final int PORT = 2379;

	/** Bitnami's images make a root of it. */
	private static final String ROOT_PASSWORD = "ETCD_ROOT_PASSWORD";

	EtcdDockerComposeConnectionDetailsFactory() {
		super(NAMES);
	}

	@Override
	protected EtcdConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new EtcdDockerComposeConnectionDetails(source.getRunningService());
	}

	private static final class EtcdDockerComposeConnectionDetails extends DockerComposeConnectionDetails
			implements EtcdConnectionDetails {

		private final List<URI> endpoints;

		private final @Nullable String password;

		private final @Nullable SslBundle sslBundle;

		private EtcdDockerComposeConnectionDetails(RunningService service) {
			super(service);
			this.sslBundle = getSslBundle(service);
			String scheme = (this.sslBundle != null) ? "https" : "http";
			this.endpoints = List.of(URI.create(scheme + "://" + service.host() + ":" + service.ports().get(PORT)));
			this.password = service.env().get(ROOT_PASSWORD);
		}

		@Override
		public List<URI> getEndpoints() {
			return this.endpoints;
		}

		@Override
		public @Nullable String getUsername() {
			return (this.password != null) ? "root" : null;
		}

		@Override
		public @Nullable String getPassword() {
			return this.password;
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return this.sslBundle;
		}

	}

}

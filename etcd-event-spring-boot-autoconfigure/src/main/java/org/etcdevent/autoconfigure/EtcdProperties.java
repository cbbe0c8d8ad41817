package org.etcdevent.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.etcdevent.listener.EtcdWatchStartup;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for watching keys in etcd.
 */
@ConfigurationProperties(EtcdProperties.PREFIX)
public class EtcdProperties {

	static final String PREFIX = "etcd.event";

	/**
	 * URLs of the members of the etcd cluster, all http or all https; or one dns+srv with
	 * the domain whose SRV records name them. With https, the servers' certificates are
	 * checked against the SSL bundle or, without one, against the JVM's trust store.
	 */
	private final @Nullable List<String> endpoints;

	/**
	 * Name of the etcd user. Needs a password as well.
	 */
	private final @Nullable String username;

	/**
	 * Password of the etcd user.
	 */
	private final @Nullable String password;

	/**
	 * Prefix of all keys, for the watches and values as well as for the Client bean,
	 * which then see only the keys that have it, and without it. No separator is added.
	 */
	private final @Nullable String namespace;

	/**
	 * How long the first read of a value waits for the first sync.
	 */
	private final Duration syncTimeout;

	/**
	 * Time without a confirmation by a quorum of etcd after which a watch is stale, and
	 * without a sign of life after which its connection is replaced.
	 */
	private final Duration livenessTimeout;

	/**
	 * Time, about, between audits of each range: its keys in etcd are counted, and it is
	 * read again if there are more or fewer than are known. At least 1 minute. By
	 * default, there are no audits.
	 */
	private final @Nullable Duration auditInterval;

	/**
	 * Largest answer that watches and values accept from etcd. A larger one is a failure
	 * of its connection. By default, there is no limit.
	 */
	private final @Nullable DataSize maxInboundMessageSize;

	/**
	 * Values to keep, by the name of their bean.
	 */
	private final Map<String, Value> values;

	private final Read read;

	private final Watch watch;

	private final Ssl ssl;

	private final Health health;

	public EtcdProperties(@Nullable List<String> endpoints, @Nullable String username, @Nullable String password,
			@Nullable String namespace, @DefaultValue("10s") Duration syncTimeout,
			@DefaultValue("10s") Duration livenessTimeout, @Nullable Duration auditInterval,
			@Nullable DataSize maxInboundMessageSize, @DefaultValue Map<String, Value> values, @DefaultValue Read read,
			@DefaultValue Watch watch, @DefaultValue Ssl ssl, @DefaultValue Health health) {
		this.endpoints = endpoints;
		this.username = username;
		this.password = password;
		this.namespace = namespace;
		this.syncTimeout = syncTimeout;
		this.livenessTimeout = livenessTimeout;
		this.auditInterval = auditInterval;
		this.maxInboundMessageSize = maxInboundMessageSize;
		this.values = values;
		this.read = read;
		this.watch = watch;
		this.ssl = ssl;
		this.health = health;
	}

	public @Nullable List<String> getEndpoints() {
		return this.endpoints;
	}

	public @Nullable String getUsername() {
		return this.username;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public @Nullable String getNamespace() {
		return this.namespace;
	}

	public Duration getSyncTimeout() {
		return this.syncTimeout;
	}

	public Duration getLivenessTimeout() {
		return this.livenessTimeout;
	}

	public @Nullable Duration getAuditInterval() {
		return this.auditInterval;
	}

	public @Nullable DataSize getMaxInboundMessageSize() {
		return this.maxInboundMessageSize;
	}

	public Map<String, Value> getValues() {
		return this.values;
	}

	public Read getRead() {
		return this.read;
	}

	public Watch getWatch() {
		return this.watch;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public Health getHealth() {
		return this.health;
	}

	/**
	 * A value to keep.
	 */
	public static class Value {

		/**
		 * What to watch: "a/" or "a*" for all keys that begin so, "*" for every key,
		 * otherwise one key.
		 */
		private final @Nullable String key;

		/**
		 * The key after the last, for a range that is no prefix; the key is then the
		 * first one, taken literally.
		 */
		private final @Nullable String rangeEnd;

		/**
		 * Fully qualified name of the type of the decoded values.
		 */
		private final @Nullable String type;

		/**
		 * Name of the EtcdDecoder bean to decode with. By default, what the application
		 * has for the type.
		 */
		private final @Nullable String decoder;

		public Value(@Nullable String key, @Nullable String rangeEnd, @Nullable String type, @Nullable String decoder) {
			this.key = key;
			this.rangeEnd = rangeEnd;
			this.type = type;
			this.decoder = decoder;
		}

		public @Nullable String getKey() {
			return this.key;
		}

		public @Nullable String getRangeEnd() {
			return this.rangeEnd;
		}

		public @Nullable String getType() {
			return this.type;
		}

		public @Nullable String getDecoder() {
			return this.decoder;
		}

	}

	/**
	 * How ranges are read.
	 */
	public static class Read {

		/**
		 * Number of keys in the first page of a read. Later pages are sized by bytes.
		 */
		private final int pageSize;

		/**
		 * Size that the later pages of a read aim at.
		 */
		private final DataSize pageBytes;

		public Read(@DefaultValue("10000") int pageSize, @DefaultValue("8MB") DataSize pageBytes) {
			this.pageSize = pageSize;
			this.pageBytes = pageBytes;
		}

		public int getPageSize() {
			return this.pageSize;
		}

		public DataSize getPageBytes() {
			return this.pageBytes;
		}

	}

	/**
	 * How methods with @EtcdWatch are called.
	 */
	public static class Watch {

		/**
		 * What the start of the application does about the initial state of its watches.
		 */
		private final EtcdWatchStartup startup;

		/**
		 * How long the start of the application waits for all watches together.
		 */
		private final Duration startupTimeout;

		/**
		 * How long a running call may take to end after its watch was stopped. Then its
		 * thread is interrupted.
		 */
		private final Duration shutdownTimeout;

		/**
		 * Duration of a single call above which its stack is logged.
		 */
		private final Duration slowHandler;

		/**
		 * Whether each call of a method is observed, where Micrometer Observation is
		 * there.
		 */
		private final boolean observationEnabled;

		private final Retry retry;

		public Watch(@DefaultValue("wait") EtcdWatchStartup startup, @DefaultValue("10s") Duration startupTimeout,
				@DefaultValue("10s") Duration shutdownTimeout, @DefaultValue("30s") Duration slowHandler,
				@DefaultValue("false") boolean observationEnabled, @DefaultValue Retry retry) {
			this.startup = startup;
			this.startupTimeout = startupTimeout;
			this.shutdownTimeout = shutdownTimeout;
			this.slowHandler = slowHandler;
			this.observationEnabled = observationEnabled;
			this.retry = retry;
		}

		public EtcdWatchStartup getStartup() {
			return this.startup;
		}

		public Duration getStartupTimeout() {
			return this.startupTimeout;
		}

		public Duration getShutdownTimeout() {
			return this.shutdownTimeout;
		}

		public Duration getSlowHandler() {
			return this.slowHandler;
		}

		public boolean isObservationEnabled() {
			return this.observationEnabled;
		}

		public Retry getRetry() {
			return this.retry;
		}

	}

	/**
	 * How keys whose handling failed are tried again.
	 */
	public static class Retry {

		/**
		 * Delay before a key is tried again for the first time.
		 */
		private final Duration initialInterval;

		/**
		 * Factor by which the delay grows with each consecutive failure.
		 */
		private final double multiplier;

		/**
		 * Longest delay.
		 */
		private final Duration maxInterval;

		/**
		 * Attempts after which a change is skipped; 0 to try until it succeeds.
		 */
		private final int maxAttempts;

		public Retry(@DefaultValue("500ms") Duration initialInterval, @DefaultValue("2") double multiplier,
				@DefaultValue("30s") Duration maxInterval, @DefaultValue("0") int maxAttempts) {
			this.initialInterval = initialInterval;
			this.multiplier = multiplier;
			this.maxInterval = maxInterval;
			this.maxAttempts = maxAttempts;
		}

		public Duration getInitialInterval() {
			return this.initialInterval;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public Duration getMaxInterval() {
			return this.maxInterval;
		}

		public int getMaxAttempts() {
			return this.maxAttempts;
		}

	}

	/**
	 * How connections to https endpoints are secured.
	 */
	public static class Ssl {

		/**
		 * Name of the SSL bundle with the authorities to trust and, if etcd asks for one,
		 * the client's certificate. With a dns+srv endpoint, it makes connections use
		 * TLS.
		 */
		private final @Nullable String bundle;

		public Ssl(@Nullable String bundle) {
			this.bundle = bundle;
		}

		public @Nullable String getBundle() {
			return this.bundle;
		}

	}

	/**
	 * When watches and values are healthy.
	 */
	public static class Health {

		/**
		 * Time since etcd last confirmed what is known, after which health is down. At
		 * least the liveness timeout.
		 */
		private final Duration staleAfter;

		public Health(@DefaultValue("5m") Duration staleAfter) {
			this.staleAfter = staleAfter;
		}

		public Duration getStaleAfter() {
			return this.staleAfter;
		}

	}

}

package org.etcdevent.samples.registry;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Keeps this instance registered while its context runs: one key, bound to a lease that
 * is renewed. When the lease or the key is gone, the instance registers again, under
 * another key, and retries until it succeeds. When the context stops, the lease is
 * revoked; when the process dies, etcd does that.
 * <p>
 * It is a lifecycle rather than a listener to events, which it would also receive from
 * child contexts. It starts after the web server and stops before it.
 */
@Component
class Registration implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(Registration.class);

	private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);

	private static final Duration TIMEOUT = TIME_TO_LIVE.dividedBy(2);

	private static final Duration RENEWAL_INTERVAL = TIME_TO_LIVE.dividedBy(3);

	private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);

	private final Client client;

	private final Environment environment;

	private final String host;

	/** Started and stopped by one thread at a time. */
	private volatile @Nullable Thread thread;

	/** Written by {@link #thread} alone. */
	private volatile @Nullable Held held;

	/** The lease that may be alive, 0 for none. Only {@link #thread} uses it. */
	private long lease;

	/** Whether the last attempt failed. Only {@link #thread} uses it. */
	private boolean failing;

	Registration(Client client, Environment environment, @Value("${registry.host}") String host) {
		this.client = client;
		this.environment = environment;
		this.host = host;
	}

	/**
	 * What this instance holds in etcd, as far as it can know without asking.
	 * @return the key and its create revision, or empty if the instance is not registered
	 * or its lease may have expired
	 */
	Optional<Held> held() {
		return Optional.ofNullable(this.held).filter((now) -> System.nanoTime() - now.expiry() < 0);
	}

	@Override
	public void start() {
		Instance self = new Instance(this.host, this.environment.getRequiredProperty("local.server.port", int.class));
		Thread thread = new Thread(() -> keepRegistered(self), "registration");
		thread.setDaemon(true);
		this.thread = thread;
		thread.start();
	}

	@Override
	public void stop() {
		Thread thread = this.thread;
		this.thread = null;
		if (thread == null) {
			return;
		}
		thread.interrupt();
		try {
			thread.join(TIME_TO_LIVE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

	private void keepRegistered(Instance self) {
		try {
			while (true) {
				Thread.sleep((attempt(self) ? RENEWAL_INTERVAL : RETRY_INTERVAL).toMillis());
			}
		}
		catch (InterruptedException ex) {
			// The instance stops: nobody should call it until its lease expires.
			this.held = null;
			try {
				revoke();
			}
			catch (InterruptedException again) {
				// Its lease expires.
			}
		}
	}

	private boolean attempt(Instance self) throws InterruptedException {
		try {
			Held now = this.held;
			if (now == null || !renew(now)) {
				this.held = null;
				register(self);
			}
			if (this.failing) {
				this.failing = false;
				logger.info(self + " is registered again");
			}
			return true;
		}
		catch (InterruptedException ex) {
			throw ex;
		}
		catch (Exception ex) {
			if (!this.failing) {
				logger.warn("Cannot register " + self + " in etcd or renew its lease; retrying: " + ex);
			}
			this.failing = true;
			return false;
		}
	}

	/**
	 * Renews the lease, if both the lease and the key are there.
	 */
	private boolean renew(Held now) throws Exception {
		long asked = System.nanoTime();
		long seconds;
		try {
			seconds = get(this.client.getLeaseClient().keepAliveOnce(now.lease())).getTTL();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof EtcdException cause && cause.getErrorCode() == ErrorCode.NOT_FOUND) {
				return false;
			}
			throw ex;
		}
		GetOption count = GetOption.builder().withCountOnly(true).build();
		if (get(this.client.getKVClient().get(bytes(now.key()), count)).getCount() == 0) {
			return false;
		}
		this.held = new Held(now.key(), now.revision(), now.lease(), asked + TimeUnit.SECONDS.toNanos(seconds));
		return true;
	}

	private void register(Instance self) throws Exception {
		revoke();
		long asked = System.nanoTime();
		LeaseGrantResponse granted = get(this.client.getLeaseClient().grant(TIME_TO_LIVE.toSeconds()));
		this.lease = granted.getID();
		String key = Instances.PREFIX + Long.toHexString(this.lease);
		PutOption bound = PutOption.builder().withLeaseId(this.lease).build();
		TxnResponse written = get(this.client.getKVClient()
			.txn()
			.If(new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.version(0)))
			.Then(Op.put(bytes(key), bytes(self.toString()), bound))
			.commit());
		if (!written.isSucceeded()) {
			throw new IllegalStateException("the key '" + key + "' exists");
		}
		long revision = written.getHeader().getRevision();
		this.held = new Held(key, revision, this.lease, asked + TimeUnit.SECONDS.toNanos(granted.getTTL()));
		logger.info("Registered " + self + " as '" + key + "' at revision " + revision);
	}

	/** As far as it is possible: a lease expires in any case. */
	private void revoke() throws InterruptedException {
		if (this.lease == 0) {
			return;
		}
		try {
			get(this.client.getLeaseClient().revoke(this.lease));
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("Lease not revoked", ex);
		}
		this.lease = 0;
	}

	private static <T> T get(CompletableFuture<T> answer)
			throws InterruptedException, ExecutionException, TimeoutException {
		return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

	/**
	 * A key of this instance.
	 *
	 * @param key the key
	 * @param revision its create revision
	 * @param lease the lease that it is bound to
	 * @param expiry when the lease may expire, in terms of {@link System#nanoTime()}:
	 * counted from before the request, so never later than in etcd
	 */
	record Held(String key, long revision, long lease, long expiry) {
	}

}

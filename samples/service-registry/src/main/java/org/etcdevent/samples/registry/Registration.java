package org.etcdevent.samples.registry;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The instance's own entry. It is bound to a lease: whoever dies without a word is gone
 * when that expires.
 */
@Component
class Registration {

	private static final Log logger = LogFactory.getLog(Registration.class);

	private static final long SECONDS_TO_LIVE = 5;

	private final String key = Instances.PREFIX + UUID.randomUUID();

	private final Client client;

	/** Where this instance is, {@code null} while it is not to be called. */
	private @Nullable String address;

	private long lease;

	private @Nullable CloseableClient keepAlive;

	Registration(Client client) {
		this.client = client;
	}

	String key() {
		return this.key;
	}

	@EventListener
	synchronized void onReady(WebServerInitializedEvent event) throws Exception {
		this.address = "http://localhost:" + event.getWebServer().getPort();
		register();
	}

	/**
	 * Comes back, if this instance should be registered and is not: its lease may have
	 * expired while etcd could not be reached.
	 */
	synchronized void renew() throws Exception {
		if (this.address != null) {
			logger.info("The entry of this instance is gone: it registers anew");
			register();
		}
	}

	private void register() throws Exception {
		if (this.keepAlive != null) {
			this.keepAlive.close();
		}
		this.lease = get(this.client.getLeaseClient().grant(SECONDS_TO_LIVE)).getID();
		this.keepAlive = this.client.getLeaseClient().keepAlive(this.lease, new Silent());
		PutOption bound = PutOption.builder().withLeaseId(this.lease).build();
		get(this.client.getKVClient().put(bytes(this.key), bytes(String.valueOf(this.address)), bound));
	}

	/** Says goodbye, so that nobody calls in vain until the lease expires. */
	@EventListener(ContextClosedEvent.class)
	synchronized void leave() throws Exception {
		if (this.address != null) {
			this.address = null;
			get(this.client.getLeaseClient().revoke(this.lease));
		}
	}

	private static <T> T get(CompletableFuture<T> answer) throws Exception {
		return answer.get(5, TimeUnit.SECONDS);
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

	/** What becomes of the lease is seen in the range, as for everyone else. */
	private static final class Silent implements StreamObserver<LeaseKeepAliveResponse> {

		@Override
		public void onNext(LeaseKeepAliveResponse response) {
		}

		@Override
		public void onError(Throwable error) {
		}

		@Override
		public void onCompleted() {
		}

	}

}

package org.etcdevent.samples.registry;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdWatch;

import org.springframework.stereotype.Component;

/**
 * All instances that are there, as one revision of etcd has them: what a client-side load
 * balancer needs.
 */
@Component
class Instances {

	static final String PREFIX = "services/greeter/";

	private final Registration registration;

	private final AtomicInteger turn = new AtomicInteger();

	private volatile List<URI> addresses = List.of();

	Instances(Registration registration) {
		this.registration = registration;
	}

	@EtcdWatch(PREFIX)
	void onInstances(EtcdSnapshot<URI> snapshot) throws Exception {
		this.addresses = List.copyOf(snapshot.entries().values());
		if (!snapshot.entries().containsKey(this.registration.key())) {
			this.registration.renew();
		}
	}

	List<URI> all() {
		return this.addresses;
	}

	/**
	 * The next one in turn.
	 * @return its address, or empty if there is none
	 */
	Optional<URI> next() {
		List<URI> now = this.addresses;
		return now.isEmpty() ? Optional.empty()
				: Optional.of(now.get(Math.floorMod(this.turn.getAndIncrement(), now.size())));
	}

}

package org.etcdevent.samples.registry;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;

import org.springframework.stereotype.Component;

/**
 * All instances that are there, as one revision of etcd has them: what a client-side load
 * balancer needs. The oldest is first, which is what {@link Leadership} needs. Each entry
 * is written once, under a key that is not used again: the revision of its update is its
 * create revision.
 */
@Component
class Instances {

	static final String PREFIX = "services/greeter/";

	private final AtomicInteger turn = new AtomicInteger();

	/** Only the thread of the watch has it. */
	private final Map<String, Entry> entries = new HashMap<>();

	private volatile List<Entry> oldestFirst = List.of();

	/** A list of updates ends at one revision, never in the middle of a transaction. */
	@EtcdWatch(PREFIX)
	void onInstances(List<EtcdUpdate<Instance>> updates) {
		for (EtcdUpdate<Instance> update : updates) {
			Instance instance = update.value();
			if (instance == null) {
				this.entries.remove(update.key());
			}
			else {
				this.entries.put(update.key(), new Entry(update.key(), update.revision(), instance));
			}
		}
		this.oldestFirst = this.entries.values().stream().sorted(Comparator.comparingLong(Entry::revision)).toList();
	}

	List<Instance> all() {
		return this.oldestFirst.stream().map(Entry::instance).toList();
	}

	/**
	 * The next one in turn.
	 * @return where it listens, or empty if there is none
	 */
	Optional<Instance> next() {
		List<Instance> now = all();
		return now.isEmpty() ? Optional.empty()
				: Optional.of(now.get(Math.floorMod(this.turn.getAndIncrement(), now.size())));
	}

	Optional<Entry> oldest() {
		return this.oldestFirst.stream().findFirst();
	}

	/**
	 * An entry.
	 *
	 * @param key its key
	 * @param revision its create revision
	 * @param instance where the instance listens
	 */
	record Entry(String key, long revision, Instance instance) {
	}

}

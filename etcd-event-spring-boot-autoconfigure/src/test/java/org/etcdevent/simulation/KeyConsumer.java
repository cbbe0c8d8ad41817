package org.etcdevent.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.consumer.Delivery;
import org.etcdevent.etcd.Key;

/**
 * Takes keys one by one, several at a time.
 */
final class KeyConsumer extends Consumer {

	private final VirtualLoop loop;

	/** When what was not handled may come again. */
	private final Map<Key, Long> due = new HashMap<>();

	KeyConsumer(KeyRange range, Surroundings surroundings, RandomGenerator random) {
		super(range, surroundings.profile().calls().concurrency(), surroundings, random);
		this.loop = surroundings.loop();
	}

	@Override
	void arrived(Delivery<String> delivery) {
		Promise.check(this.due.getOrDefault(key(delivery.update()), 0L) <= this.loop.nanoTime(),
				() -> this + " gets " + delivery.update() + " before it is due");
	}

	@Override
	void stopped() {
		this.due.clear();
	}

	@Override
	void notHandled(Delivery<String> delivery, long due, boolean released) {
		delivery.updates().forEach((update) -> this.due.put(key(update), due));
	}

}

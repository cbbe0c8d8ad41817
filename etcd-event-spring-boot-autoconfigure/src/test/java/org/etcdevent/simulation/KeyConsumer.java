package org.etcdevent.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.core.Delivery;
import org.etcdevent.core.FeedValues;
import org.etcdevent.feed.Key;

/**
 * Takes keys one by one, several at a time.
 */
final class KeyConsumer extends Consumer {

	private static final int CONCURRENCY = 3;

	/** When what was not handled may come again. */
	private final Map<Key, Long> due = new HashMap<>();

	KeyConsumer(KeyRange range, ModelStore store, FeedValues values, VirtualLoop loop, Trace trace,
			RandomGenerator random) {
		super(range, store, values, loop, trace, random);
	}

	@Override
	void take() throws InterruptedException {
		if (inFlight().size() < CONCURRENCY) {
			Delivery<String> delivery = subscription().poll(Duration.ZERO);
			if (delivery != null) {
				Promise.check(this.due.getOrDefault(key(delivery.update()), 0L) <= this.loop.nanoTime(),
						() -> this + " gets " + delivery.update() + " before it is due");
				taken(delivery);
			}
		}
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

package org.etcdevent.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.core.Delivery;
import org.etcdevent.core.FeedValues;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes keys one by one, several at a time.
 */
final class KeyConsumer extends Consumer {

	private static final int CONCURRENCY = 3;

	private final List<Delivery<String>> inFlight = new ArrayList<>();

	KeyConsumer(KeyRange range, ModelStore store, FeedValues values, VirtualLoop loop, RandomGenerator random) {
		super(range, store, values, loop, random);
	}

	@Override
	void act(boolean reliably) throws InterruptedException {
		if (subscription() == null) {
			return;
		}
		if (!this.inFlight.isEmpty() && (reliably || this.random.nextBoolean())) {
			answer(this.inFlight.remove(this.random.nextInt(this.inFlight.size())), reliably);
		}
		if (this.inFlight.size() < CONCURRENCY) {
			take();
		}
	}

	private void take() throws InterruptedException {
		Delivery<String> delivery = subscription().poll(Duration.ZERO);
		if (delivery != null) {
			assertThat(this.inFlight).as("in flight beside %s", delivery.update())
				.noneMatch((other) -> other.update().key().equals(delivery.update().key()));
			delivered(delivery.update());
			this.inFlight.add(delivery);
		}
	}

	private void answer(Delivery<String> delivery, boolean reliably) {
		int chance = reliably ? 0 : this.random.nextInt(10);
		if (chance < 6) {
			handled(delivery.update());
			subscription().handled(delivery);
		}
		else if (chance < 9) {
			failed(delivery.update().key());
			subscription().failed(delivery, Duration.ofMillis(this.random.nextInt(2_000)));
		}
		else {
			released(delivery.update().key());
			subscription().release(delivery);
		}
	}

	@Override
	List<String> dropInFlight() {
		List<String> keys = this.inFlight.stream().map((delivery) -> delivery.update().key()).toList();
		this.inFlight.clear();
		return keys;
	}

}

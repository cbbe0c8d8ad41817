package org.etcdevent.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.core.Delivery;
import org.etcdevent.core.FeedValues;
import org.etcdevent.feed.Entry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes everything at once, and compares each cut with what etcd had at its revision.
 */
final class SnapshotConsumer extends Consumer {

	private Delivery<String> inFlight;

	private long retry;

	/** What the cuts alone lead to. */
	private final Map<String, String> entries = new HashMap<>();

	/** Before the cut that is in flight. */
	private Map<String, String> entriesBefore = Map.of();

	private int epoch;

	SnapshotConsumer(KeyRange range, ModelStore store, FeedValues values, VirtualLoop loop, RandomGenerator random) {
		super(range, store, values, loop, random);
	}

	@Override
	void act(boolean reliably) throws InterruptedException {
		if (subscription() == null) {
			return;
		}
		if (this.inFlight != null) {
			answer(this.inFlight, reliably);
			this.inFlight = null;
		}
		else if (this.loop.nanoTime() >= this.retry) {
			this.inFlight = subscription().pollSnapshot(Duration.ZERO);
			if (this.inFlight != null) {
				check(this.inFlight);
			}
		}
	}

	private void check(Delivery<String> cut) {
		cut.updates().forEach(this::delivered);
		this.entriesBefore = Map.copyOf(this.entries);
		for (EtcdUpdate<String> update : cut.updates()) {
			if (update.isDeletion()) {
				this.entries.remove(update.key());
			}
			else {
				this.entries.put(update.key(), update.value());
			}
		}
		EtcdSnapshot<String> snapshot = cut.snapshot();
		assertThat(cut.revision()).isEqualTo(snapshot.revision());
		int candidate = this.epoch;
		while (candidate <= store().epoch() && !fits(snapshot, candidate)) {
			candidate++;
		}
		assertThat(candidate).as("epoch that has %s at revision %s", snapshot.entries(), snapshot.revision())
			.isLessThanOrEqualTo(store().epoch());
		this.epoch = candidate;
	}

	private boolean fits(EtcdSnapshot<String> snapshot, int candidate) {
		ModelStore.Epoch history = store().epoch(candidate);
		if (snapshot.revision() > history.lastRevision()) {
			return false;
		}
		Map<String, String> good = new HashMap<>();
		Set<String> bad = new HashSet<>();
		for (Entry entry : history.stateAt(range(), snapshot.revision()).values()) {
			String value = text(entry);
			if (value.startsWith(UNDECODABLE)) {
				bad.add(entry.key().toString());
			}
			else {
				good.put(entry.key().toString(), value);
			}
		}
		return bad.equals(snapshot.undecodable()) && good.equals(without(snapshot.entries(), bad))
				&& good.equals(without(this.entries, bad));
	}

	private static Map<String, String> without(Map<String, String> entries, Set<String> keys) {
		Map<String, String> rest = new HashMap<>(entries);
		rest.keySet().removeAll(keys);
		return rest;
	}

	private void answer(Delivery<String> delivery, boolean reliably) {
		int chance = reliably ? 0 : this.random.nextInt(10);
		if (chance < 6) {
			delivery.updates().forEach(this::handled);
			subscription().handled(delivery);
		}
		else if (chance < 9) {
			delivery.updates().forEach((update) -> failed(update.key()));
			Duration delay = Duration.ofMillis(this.random.nextInt(2_000));
			this.retry = this.loop.nanoTime() + delay.toNanos();
			subscription().failed(delivery, delay);
		}
		else {
			delivery.updates().forEach((update) -> released(update.key()));
			this.entries.clear();
			this.entries.putAll(this.entriesBefore);
			subscription().release(delivery);
		}
	}

	@Override
	List<String> dropInFlight() {
		List<String> keys = (this.inFlight != null) ? this.inFlight.updates().stream().map(EtcdUpdate::key).toList()
				: List.of();
		this.inFlight = null;
		this.retry = 0;
		return keys;
	}

}

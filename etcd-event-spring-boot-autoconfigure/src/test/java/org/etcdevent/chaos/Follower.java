package org.etcdevent.chaos;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;

/**
 * A consumer of the library that tells a witness what it gets. Called by the threads of
 * its watch.
 */
final class Follower {

	private final Witness witness;

	/** What it does in each call; takes the number of the call and may fail. */
	private final LongConsumer work;

	private final Map<String, Boolean> inCall = new ConcurrentHashMap<>();

	private final AtomicLong calls = new AtomicLong();

	Follower(String name, WriteLog log, LongConsumer work) {
		this.witness = new Witness(name, log);
		this.work = work;
	}

	void onUpdate(EtcdUpdate<Long> update) {
		if (this.inCall.putIfAbsent(update.key(), true) != null) {
			this.witness.violate(Violation.OVERLAPPING, "two calls at once for " + update.key());
		}
		try {
			onBatch(List.of(update));
		}
		finally {
			this.inCall.remove(update.key());
		}
	}

	void onBatch(List<EtcdUpdate<Long>> updates) {
		updates.forEach(
				(update) -> this.witness.told(update.key(), update.value(), update.revision(), update.attempt() > 1));
		this.work.accept(this.calls.incrementAndGet());
		updates.forEach((update) -> this.witness.handled(update.key(), update.value()));
	}

	void onSnapshot(EtcdSnapshot<Long> snapshot) {
		this.work.accept(this.calls.incrementAndGet());
		this.witness.holds(snapshot.entries());
	}

	Witness witness() {
		return this.witness;
	}

	@Override
	public String toString() {
		return "%-10s %8d calls, violations: %s %s".formatted(this.witness, this.calls.get(), this.witness.violations(),
				this.witness.examples());
	}

}

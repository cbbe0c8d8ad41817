package org.etcdevent.samples.flags.demo;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Compares the changes that a raw watch delivers with those that were written. Such a
 * watch should deliver each of them once, in the order of their revisions. Thread-safe.
 */
final class DeliveryLedger {

	/** Changes that are not delivered within so many revisions count as lost. */
	private static final int MOST_REVISIONS = 200_000;

	/**
	 * The number of changes that were written and not delivered, by revision. Negative
	 * while a change was delivered before its writer knew the revision.
	 */
	private final NavigableMap<Long, Integer> undelivered = new TreeMap<>();

	private long delivered;

	private long lost;

	private long repeated;

	/**
	 * Notes that the watch starts.
	 * @param revision the revision after which it delivers changes
	 */
	synchronized void start(long revision) {
		this.delivered = revision;
		this.undelivered.headMap(revision, true).clear();
		reset();
	}

	/** Counts from now on. */
	synchronized void reset() {
		this.lost = 0;
		this.repeated = 0;
	}

	synchronized void written(long revision, int changes) {
		if (revision > this.delivered || this.undelivered.containsKey(revision)) {
			add(revision, changes);
		}
		if (this.undelivered.size() > MOST_REVISIONS) {
			this.lost += this.undelivered.pollFirstEntry().getValue();
		}
	}

	/**
	 * Notes the changes of one message, which holds all changes of its revisions.
	 * @param revisions the revision of each change, ascending
	 */
	synchronized void delivered(Collection<Long> revisions) {
		long before = this.delivered;
		for (long revision : revisions) {
			if (revision <= before) {
				this.repeated++;
				continue;
			}
			Map<Long, Integer> skipped = this.undelivered.headMap(revision);
			this.lost += sum(skipped);
			skipped.clear();
			add(revision, -1);
			this.delivered = revision;
		}
	}

	/** The changes that were written and not yet delivered. */
	synchronized long pending() {
		return sum(this.undelivered);
	}

	/** The changes that were not delivered, although later ones were. */
	synchronized long lost() {
		return this.lost;
	}

	/** The changes that were delivered again. */
	synchronized long repeated() {
		return this.repeated;
	}

	private void add(long revision, int changes) {
		this.undelivered.merge(revision, changes, Integer::sum);
		this.undelivered.remove(revision, 0);
	}

	private static long sum(Map<Long, Integer> changes) {
		return changes.values().stream().mapToLong((each) -> Math.max(0, each)).sum();
	}

}

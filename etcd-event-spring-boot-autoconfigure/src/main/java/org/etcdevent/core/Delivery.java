package org.etcdevent.core;

import java.util.List;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription handed out and waits to hear of: one update, or a consistent cut.
 *
 * @param <T> the type of the decoded values
 */
public final class Delivery<T> {

	private final List<EtcdUpdate<T>> updates;

	private final @Nullable EtcdSnapshot<T> snapshot;

	private final long revision;

	private final int attempt;

	Delivery(List<EtcdUpdate<T>> updates, @Nullable EtcdSnapshot<T> snapshot, long revision, int attempt) {
		this.updates = updates;
		this.snapshot = snapshot;
		this.revision = revision;
		this.attempt = attempt;
	}

	/**
	 * The update of a delivery that was taken alone; the first one of a cut.
	 * @return the update
	 */
	public EtcdUpdate<T> update() {
		return this.updates.get(0);
	}

	public List<EtcdUpdate<T>> updates() {
		return this.updates;
	}

	/**
	 * The whole range, where {@link Subscription#takeSnapshot()} took it.
	 * @return the snapshot
	 */
	public EtcdSnapshot<T> snapshot() {
		if (this.snapshot == null) {
			throw new IllegalStateException("The delivery was not taken as a snapshot");
		}
		return this.snapshot;
	}

	public long revision() {
		return this.revision;
	}

	/**
	 * The how-manieth attempt in a row this is, from 1; of a cut, that of its most often
	 * tried key.
	 * @return the attempt
	 */
	public int attempt() {
		return this.attempt;
	}

}

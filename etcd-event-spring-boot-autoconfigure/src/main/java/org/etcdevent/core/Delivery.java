package org.etcdevent.core;

import java.util.List;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.backlog.Pending;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription handed out and waits to hear of: one update, or a consistent cut.
 * Immutable.
 *
 * @param <T> the type of the decoded values
 */
public final class Delivery<T> {

	private final List<Pending> pending;

	private final List<EtcdUpdate<T>> updates;

	private final @Nullable EtcdSnapshot<T> snapshot;

	private final long revision;

	/** The least that {@link #attempt()} is. */
	private final int attempt;

	Delivery(List<Pending> pending, List<EtcdUpdate<T>> updates, @Nullable EtcdSnapshot<T> snapshot, long revision) {
		this(pending, updates, snapshot, revision, 1);
	}

	private Delivery(List<Pending> pending, List<EtcdUpdate<T>> updates, @Nullable EtcdSnapshot<T> snapshot,
			long revision, int attempt) {
		this.pending = pending;
		this.updates = updates;
		this.snapshot = snapshot;
		this.revision = revision;
		this.attempt = attempt;
	}

	List<Pending> pending() {
		return this.pending;
	}

	Delivery<T> with(EtcdSnapshot<T> whole, int wholeAttempt) {
		return new Delivery<>(this.pending, this.updates, whole, this.revision, wholeAttempt);
	}

	/**
	 * The update of a delivery that was taken alone; the first one of a cut.
	 * @return the update
	 */
	public EtcdUpdate<T> update() {
		return this.updates.get(0);
	}

	/**
	 * The updates, at most one a key.
	 * @return an immutable list
	 */
	public List<EtcdUpdate<T>> updates() {
		return this.updates;
	}

	/**
	 * The whole range, where {@link Subscription#takeSnapshot()} took it.
	 * @return the snapshot
	 * @throws IllegalStateException if the delivery was taken otherwise
	 */
	public EtcdSnapshot<T> snapshot() {
		if (this.snapshot == null) {
			throw new IllegalStateException("The delivery was not taken as a snapshot");
		}
		return this.snapshot;
	}

	/**
	 * The revision to which the delivery takes its consumer: of a single update its own,
	 * of a cut that of the range.
	 * @return the etcd revision
	 */
	public long revision() {
		return this.revision;
	}

	/**
	 * The how-manieth attempt in a row this is, from 1; of a cut, that of its most often
	 * tried key.
	 * @return the attempt
	 */
	public int attempt() {
		return this.updates.stream().mapToInt(EtcdUpdate::attempt).reduce(this.attempt, Math::max);
	}

}

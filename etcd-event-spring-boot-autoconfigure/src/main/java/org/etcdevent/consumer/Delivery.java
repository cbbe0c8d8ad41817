package org.etcdevent.consumer;

import java.util.List;
import java.util.Set;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.backlog.Pending;
import org.etcdevent.etcd.Key;
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

	/** Of a snapshot only: the keys whose newest value cannot be decoded. */
	private final @Nullable Set<Key> undecodable;

	private final long revision;

	private final int attempt;

	Delivery(List<Pending> pending, List<EtcdUpdate<T>> updates, long revision) {
		this(pending, updates, null, null, revision, 1);
	}

	private Delivery(List<Pending> pending, List<EtcdUpdate<T>> updates, @Nullable EtcdSnapshot<T> snapshot,
			@Nullable Set<Key> undecodable, long revision, int attempt) {
		this.pending = pending;
		this.updates = updates;
		this.snapshot = snapshot;
		this.undecodable = undecodable;
		this.revision = revision;
		this.attempt = attempt;
	}

	List<Pending> pending() {
		return this.pending;
	}

	@Nullable Set<Key> undecodable() {
		return this.undecodable;
	}

	/**
	 * The same with the whole range.
	 * @param whole the range
	 * @param notDecodable the keys whose newest value cannot be decoded
	 * @param emptyAttempt the attempt it is if it is about no key
	 */
	Delivery<T> whole(EtcdSnapshot<T> whole, Set<Key> notDecodable, int emptyAttempt) {
		return new Delivery<>(this.pending, this.updates, whole, notDecodable, this.revision, emptyAttempt);
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
	 * The number of consecutive attempts, including this one; of a cut, that of its most
	 * often tried key.
	 * @return the attempt
	 */
	public int attempt() {
		return this.updates.stream().mapToInt(EtcdUpdate::attempt).max().orElse(this.attempt);
	}

}

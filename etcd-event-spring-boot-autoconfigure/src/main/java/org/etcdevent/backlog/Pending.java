package org.etcdevent.backlog;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.jspecify.annotations.Nullable;

/**
 * A key with a change that its consumer has not handled. Guarded by what guards the
 * {@link Backlog}; what was taken stays as it is until it is answered.
 */
public final class Pending {

	private final Key key;

	/** What the consumer handled last, {@code null} for nothing. */
	@Nullable Entry shown;

	/** What the range has now. */
	Entry newest;

	/** What was attempted last, or is just now, {@code null} for nothing. */
	@Nullable Entry tried;

	Place place = Place.READY;

	/**
	 * The neighbours in the queue of those that are ready, for the {@link ReadyQueue}.
	 */
	@Nullable Pending previous;

	@Nullable Pending next;

	/**
	 * Attempts since the key was handled last. From the first on, the consumer may have
	 * seen something other than {@link #shown}, so that anything newer has to be
	 * delivered.
	 */
	int attempts;

	/** When to try again after a failure, on the loop's clock. */
	long due;

	/** Whether this belongs to the initial state and was not handled since. */
	boolean initial;

	/** Whether this belongs to the initial state and was not attempted since. */
	boolean awaited;

	Pending(Key key, @Nullable Entry shown, Entry newest) {
		this.key = key;
		this.shown = shown;
		this.newest = newest;
	}

	public Key key() {
		return this.key;
	}

	/**
	 * What was taken.
	 * @return the entry, a tombstone for a deletion
	 */
	public Entry entry() {
		if (this.place != Place.IN_FLIGHT || this.tried == null) {
			throw new IllegalStateException("'" + this.key + "' is not in flight");
		}
		return this.tried;
	}

	/**
	 * The number of consecutive attempts, including this one.
	 * @return the attempt, from 1
	 */
	public int attempt() {
		return this.attempts;
	}

	public boolean isInitial() {
		return this.initial;
	}

	/**
	 * Whether there is nothing to deliver: what the consumer has seen is what there is.
	 */
	boolean isSettled() {
		return this.attempts == 0 && Entry.isSame(this.shown, this.newest);
	}

	/**
	 * Where a key is on its way.
	 */
	enum Place {

		/** May be taken. */
		READY,

		/** Was taken, and not answered. */
		IN_FLIGHT,

		/** Failed, and waits for a retry. */
		WAITING,

		/** Cannot be decoded, and waits for a change. */
		PARKED,

		/** Is in the backlog no more. */
		LEFT

	}

}

package org.etcdevent.consumer;

import org.etcdevent.backlog.HandledKeys;

/**
 * What a consumer had handled when it stopped: a later subscription that starts from it
 * repeats nothing of it and delivers deletions of what is gone. Opaque.
 */
public final class Checkpoint {

	private final HandledKeys keys;

	private final DecodedRange<?> view;

	private final boolean wholeTold;

	/**
	 * What was handled.
	 * @param keys key by key
	 * @param view of snapshots
	 * @param wholeTold whether there was one
	 */
	Checkpoint(HandledKeys keys, DecodedRange<?> view, boolean wholeTold) {
		this.keys = keys;
		this.view = view;
		this.wholeTold = wholeTold;
	}

	HandledKeys keys() {
		return this.keys;
	}

	/**
	 * The values of the snapshots that were handled, if such were taken.
	 * @param <T> their type, which is that of the later subscription too
	 * @return the view
	 */
	@SuppressWarnings("unchecked")
	<T> DecodedRange<T> view() {
		return (DecodedRange<T>) this.view;
	}

	boolean isWholeTold() {
		return this.wholeTold;
	}

}

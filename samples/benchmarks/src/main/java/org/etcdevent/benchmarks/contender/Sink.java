package org.etcdevent.benchmarks.contender;

import org.jspecify.annotations.Nullable;

/**
 * The user's code: one call for each delivery, on whichever thread the contender calls
 * it, though never on two at once.
 */
@FunctionalInterface
public interface Sink {

	/**
	 * A key has a new state.
	 * @param key the key
	 * @param value its value, {@code null} for a deletion
	 * @param revision the revision of the change, as far as the contender tells it
	 */
	void accept(String key, byte @Nullable [] value, long revision);

	/**
	 * Events were decoded, and nobody told.
	 * @param count how many
	 * @param revision the last one's
	 */
	default void decoded(int count, long revision) {
		throw new UnsupportedOperationException();
	}

}

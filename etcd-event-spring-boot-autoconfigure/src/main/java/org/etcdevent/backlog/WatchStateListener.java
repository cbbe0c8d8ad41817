package org.etcdevent.backlog;

import org.etcdevent.EtcdWatchState;

/**
 * Hears where the watch of a range stands. It must hand over what takes time, and never
 * block: most calls come on the event loop.
 */
@FunctionalInterface
public interface WatchStateListener {

	/**
	 * The watch is in another state.
	 * @param before the state before
	 * @param now the state now
	 * @param cause why, for people; never a value or a secret
	 */
	void onState(EtcdWatchState before, EtcdWatchState now, String cause);

	/**
	 * Each key of the initial state was attempted, or there is none. Called once, on the
	 * event loop or by who answered the last key.
	 */
	default void onSynced() {
	}

}

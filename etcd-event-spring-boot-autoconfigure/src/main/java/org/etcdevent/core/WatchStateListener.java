package org.etcdevent.core;

import org.etcdevent.EtcdWatchState;

/**
 * Hears that the watch of a range is in another state. Called on the event loop: it must
 * hand over what takes time, and never block.
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

}

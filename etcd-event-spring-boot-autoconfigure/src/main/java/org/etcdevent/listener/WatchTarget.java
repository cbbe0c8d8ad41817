package org.etcdevent.listener;

import org.etcdevent.core.Delivery;

/**
 * The user's code at the end of a watch.
 *
 * @param <T> the type of the decoded values
 */
interface WatchTarget<T> {

	TakeMode mode();

	/**
	 * Calls the user's code, unless the delivery is nothing to it.
	 * @param delivery what to tell
	 * @return {@code false} if the user's code was not called, for it wants no such
	 * deliveries
	 * @throws Throwable what the user's code threw
	 */
	boolean invoke(Delivery<T> delivery) throws Throwable;

}

package org.etcdevent.container;

import org.etcdevent.consumer.Delivery;

/**
 * The user's code at the end of a watch.
 *
 * @param <T> the type of the decoded values
 */
interface WatchTarget<T> {

	TakeMode mode();

	/**
	 * Whether the user's code wants such a delivery.
	 * @param delivery what there is to deliver
	 * @return {@code false} if it is not to be called
	 */
	default boolean wants(Delivery<T> delivery) {
		return true;
	}

	/**
	 * Calls the user's code.
	 * @param delivery what to deliver, which it wants
	 * @throws Throwable what the user's code threw
	 */
	void invoke(Delivery<T> delivery) throws Throwable;

}

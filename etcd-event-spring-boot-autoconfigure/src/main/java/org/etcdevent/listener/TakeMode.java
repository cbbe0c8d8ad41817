package org.etcdevent.listener;

import org.etcdevent.core.Delivery;
import org.etcdevent.core.Subscription;

/**
 * How much one call of a watch's method is about.
 */
enum TakeMode {

	/** One key. */
	ONE {

		@Override
		<T> Delivery<T> take(Subscription<T> subscription) throws InterruptedException {
			return subscription.take();
		}

	},

	/** Everything that is pending. */
	ALL {

		@Override
		<T> Delivery<T> take(Subscription<T> subscription) throws InterruptedException {
			return subscription.takeAll();
		}

	},

	/** The whole range. */
	SNAPSHOT {

		@Override
		<T> Delivery<T> take(Subscription<T> subscription) throws InterruptedException {
			return subscription.takeSnapshot();
		}

	};

	abstract <T> Delivery<T> take(Subscription<T> subscription) throws InterruptedException;

}

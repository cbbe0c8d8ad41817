package org.etcdevent.container;

import org.etcdevent.consumer.Delivery;
import org.etcdevent.consumer.Subscription;
import org.jspecify.annotations.Nullable;

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

		@Override
		<T> @Nullable Delivery<T> takeMore(Subscription<T> subscription) {
			return subscription.pollNow();
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

	/**
	 * Takes what is due as well, after a call and without waiting.
	 * @return the delivery, {@code null} if nothing is due
	 */
	<T> @Nullable Delivery<T> takeMore(Subscription<T> subscription) {
		return null;
	}

}

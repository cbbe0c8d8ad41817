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
		<T> @Nullable Delivery<T> poll(Subscription<T> subscription) {
			return subscription.pollNow();
		}

		@Override
		<T> @Nullable Delivery<T> pollMore(Subscription<T> subscription) {
			return poll(subscription);
		}

	},

	/** All pending updates. */
	ALL {

		@Override
		<T> Delivery<T> take(Subscription<T> subscription) throws InterruptedException {
			return subscription.takeAll();
		}

		@Override
		<T> @Nullable Delivery<T> poll(Subscription<T> subscription) {
			return subscription.pollAllNow();
		}

	},

	/** The whole range. */
	SNAPSHOT {

		@Override
		<T> Delivery<T> take(Subscription<T> subscription) throws InterruptedException {
			return subscription.takeSnapshot();
		}

		@Override
		<T> @Nullable Delivery<T> poll(Subscription<T> subscription) {
			return subscription.pollSnapshotNow();
		}

	};

	/**
	 * Waits until something is due, and takes it.
	 */
	abstract <T> Delivery<T> take(Subscription<T> subscription) throws InterruptedException;

	/**
	 * Takes what is due now.
	 * @return the delivery, {@code null} if nothing is due
	 */
	abstract <T> @Nullable Delivery<T> poll(Subscription<T> subscription);

	/**
	 * Takes what else is due after a call, as part of the same turn.
	 * @return the delivery, {@code null} if nothing is due
	 */
	<T> @Nullable Delivery<T> pollMore(Subscription<T> subscription) {
		return null;
	}

}

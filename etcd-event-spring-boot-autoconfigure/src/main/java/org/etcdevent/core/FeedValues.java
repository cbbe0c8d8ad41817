package org.etcdevent.core;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * Values and subscriptions over shared feeds. Thread-safe.
 */
public final class FeedValues implements EtcdValues {

	@Override
	public <T> EtcdValue<T> value(KeyRange range, EtcdDecoder<T> decoder) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <T> EtcdValue<T> value(KeyRange range, Class<T> type) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Starts a consumer that confirms what it handled.
	 * @param range what to follow
	 * @param decoder what makes a {@code T} of the bytes
	 * @param from what an earlier subscription to the range has handled, if there was one
	 * @param <T> the type of the decoded values
	 * @return the subscription, to be closed by the caller
	 */
	public <T> Subscription<T> subscribe(KeyRange range, EtcdDecoder<T> decoder, @Nullable Handled from) {
		throw new UnsupportedOperationException();
	}

}

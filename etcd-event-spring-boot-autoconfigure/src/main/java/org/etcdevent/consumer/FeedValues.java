package org.etcdevent.consumer;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.etcdevent.QuietPeriod;
import org.etcdevent.feed.Feeds;
import org.jspecify.annotations.Nullable;

/**
 * Values and subscriptions over shared feeds. Thread-safe.
 */
public final class FeedValues implements EtcdValues {

	private static final SubscriptionListener NOBODY = (before, now, cause) -> {
	};

	private final Feeds feeds;

	private final EtcdDecoderResolver decoders;

	private final Duration syncTimeout;

	/** The values that are not closed, for health. */
	private final Set<EtcdValue<?>> open = ConcurrentHashMap.newKeySet();

	/**
	 * Values over feeds.
	 * @param feeds the feeds; closed by their owner
	 * @param decoders finds decoders by type
	 * @param syncTimeout how long the first read of a value waits for the initial state
	 */
	public FeedValues(Feeds feeds, EtcdDecoderResolver decoders, Duration syncTimeout) {
		this.feeds = feeds;
		this.decoders = decoders;
		this.syncTimeout = syncTimeout;
	}

	@Override
	public <T> EtcdValue<T> value(KeyRange range, EtcdDecoder<T> decoder) {
		Supplier<Subscription<T>> subscriptions = () -> subscribe(range, decoder, null);
		FeedValue<T> value = new FeedValue<>(range, this.syncTimeout, subscriptions, this.open::remove);
		this.open.add(value);
		return value;
	}

	/**
	 * The values that were made here and are not closed, beans or not.
	 * @return the values at this moment
	 */
	public Set<EtcdValue<?>> open() {
		return Set.copyOf(this.open);
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> EtcdValue<T> value(KeyRange range, Class<T> type) {
		return value(range, (EtcdDecoder<T>) this.decoders.resolve(type));
	}

	/**
	 * Starts a consumer that confirms what it handled.
	 * @param range the range to watch
	 * @param decoder what makes a {@code T} of the bytes
	 * @param from what an earlier subscription to the range has handled, if there was one
	 * @param <T> the type of the decoded values
	 * @return the subscription, to be closed by the caller
	 */
	public <T> Subscription<T> subscribe(KeyRange range, EtcdDecoder<T> decoder, @Nullable Checkpoint from) {
		return subscribe(range, decoder, from, QuietPeriod.NONE, NOBODY);
	}

	/**
	 * Starts a consumer that confirms what it handled.
	 * @param range the range to watch
	 * @param decoder what makes a {@code T} of the bytes
	 * @param from what an earlier subscription to the range has handled, if there was one
	 * @param quietPeriod how long to wait before everything is taken at once
	 * @param listener hears where the range's watch stands
	 * @param <T> the type of the decoded values
	 * @return the subscription, to be closed by the caller
	 */
	public <T> Subscription<T> subscribe(KeyRange range, EtcdDecoder<T> decoder, @Nullable Checkpoint from,
			QuietPeriod quietPeriod, SubscriptionListener listener) {
		return new Subscription<>(this.feeds, range, decoder, from, quietPeriod, listener);
	}

}

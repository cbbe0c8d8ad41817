package org.etcdevent.testsupport;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdValue;
import org.etcdevent.KeyRange;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.consumer.Subscription;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.etcdevent.transport.GrpcTransport;
import org.etcdevent.transport.TransportSettings;

/**
 * The library over a real etcd, as an application has it but without Spring: from the
 * transport to values and subscriptions of text.
 */
public final class FollowedEtcd implements AutoCloseable {

	/** What tests wait at the most for what should take a second. */
	public static final Duration PATIENCE = Duration.ofSeconds(30);

	/** Text in UTF-8. */
	public static final EtcdDecoder<String> TEXT = (key, bytes) -> new String(bytes, StandardCharsets.UTF_8);

	private final GrpcTransport transport;

	private final Feeds feeds;

	private final FeedValues values;

	/**
	 * Follows etcd with the usual settings.
	 * @param endpoints where etcd is
	 */
	public FollowedEtcd(List<URI> endpoints) {
		this(new TransportSettings(endpoints, null, null, null), FeedSettings.defaults());
	}

	/**
	 * Follows etcd with the usual settings.
	 * @param endpoints where etcd is
	 */
	public FollowedEtcd(URI... endpoints) {
		this(List.of(endpoints));
	}

	/**
	 * Follows etcd.
	 * @param connection where etcd is, and how to get in
	 * @param settings what can be set of the feeds
	 */
	public FollowedEtcd(TransportSettings connection, FeedSettings settings) {
		this(() -> connection, settings);
	}

	/**
	 * Follows etcd.
	 * @param connection where etcd is, and how to get in, each time that it is asked
	 * @param settings what can be set of the feeds
	 */
	public FollowedEtcd(Supplier<TransportSettings> connection, FeedSettings settings) {
		this.transport = new GrpcTransport(connection, List.of());
		this.feeds = new Feeds(this.transport, this.transport.loop(), new SplittableRandom(), settings);
		this.values = new FeedValues(this.feeds, (type) -> TEXT, PATIENCE);
	}

	public FeedValues values() {
		return this.values;
	}

	/**
	 * A value of text.
	 * @param range as in the annotation: a key, or a prefix
	 * @return the value, to be closed by the caller
	 */
	public EtcdValue<String> value(String range) {
		return this.values.value(KeyRange.parse(range), TEXT);
	}

	/**
	 * A subscription of text, from the beginning.
	 * @param range as in the annotation: a key, or a prefix
	 * @return the subscription, to be closed by the caller
	 */
	public Subscription<String> subscribe(String range) {
		return this.values.subscribe(KeyRange.parse(range), TEXT, null);
	}

	@Override
	public void close() {
		this.feeds.close();
		this.transport.close();
	}

}

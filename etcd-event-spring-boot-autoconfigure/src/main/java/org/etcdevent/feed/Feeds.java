package org.etcdevent.feed;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Backoff;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of an application: one for all who follow equal ranges, from the first who
 * joins to the last who leaves. Thread-safe.
 */
public final class Feeds implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Feeds.class);

	private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

	private final EtcdTransport transport;

	private final Loop loop;

	private final RandomGenerator random;

	private final FeedSettings settings;

	/** Loop only. */
	private final WatchLink link;

	/** Loop only. */
	private final Map<KeyRange, Feed> feeds = new HashMap<>();

	/** Loop only. */
	private boolean closed;

	/**
	 * Feeds over a transport.
	 * @param transport etcd
	 * @param loop the transport's loop
	 * @param random where the jitter comes from; used on the loop only
	 * @param settings what can be set
	 */
	public Feeds(EtcdTransport transport, Loop loop, RandomGenerator random, FeedSettings settings) {
		this.transport = transport;
		this.loop = loop;
		this.random = random;
		this.settings = settings;
		this.link = new WatchLink(loop, transport, new Backoff(random), settings);
	}

	public Loop loop() {
		return this.loop;
	}

	/**
	 * Joins the feed of a range.
	 * @param range the range
	 * @param subscriber who joins
	 * @return the membership
	 */
	public Membership join(KeyRange range, FeedSubscriber subscriber) {
		Membership membership = new Membership(range, subscriber);
		this.loop.execute(() -> run(() -> join(membership)));
		return membership;
	}

	/**
	 * Ends all feeds. Who joined hears nothing any more.
	 */
	@Override
	public void close() {
		this.loop.execute(() -> {
			this.closed = true;
			List.copyOf(this.feeds.values()).forEach(this::end);
		});
	}

	/** Until it succeeds: there is nobody to say that it did not. */
	private void run(Runnable step) {
		try {
			step.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A step failed; retrying", ex);
			this.loop.schedule(AGAIN, () -> run(step));
		}
	}

	private void join(Membership membership) {
		if (this.closed) {
			return;
		}
		Feed feed = this.feeds.get(membership.range);
		boolean first = feed == null;
		if (feed == null) {
			feed = new Feed(membership.range, this.loop, this.transport, this.link, this.settings, this.random);
			this.feeds.put(membership.range, feed);
		}
		membership.status = feed.status();
		feed.join(membership.subscriber);
		if (first) {
			Feed fresh = feed;
			this.link.add(fresh);
			fresh.run(fresh::start);
		}
	}

	private void leave(Membership membership, @Nullable Consumer<@Nullable NavigableMap<Key, Entry>> last) {
		Feed feed = this.feeds.get(membership.range);
		if (feed != null && membership.status != feed.status()) {
			feed = null;
		}
		if (last != null) {
			last.accept((feed != null) ? feed.share() : null);
		}
		if (feed != null && feed.leave(membership.subscriber)) {
			end(feed);
		}
	}

	private void end(Feed feed) {
		this.feeds.remove(feed.range());
		feed.run(feed::close);
		this.link.remove(feed);
	}

	/**
	 * That of a subscriber in the feed of a range.
	 */
	public final class Membership {

		private final KeyRange range;

		private final FeedSubscriber subscriber;

		/** Set once on the loop. */
		private volatile @Nullable FeedStatus status;

		private Membership(KeyRange range, FeedSubscriber subscriber) {
			this.range = range;
			this.subscriber = subscriber;
		}

		/**
		 * What the feed lets others see.
		 * @return the status, {@code null} until the loop has come to it
		 */
		public @Nullable FeedStatus status() {
			return this.status;
		}

		/**
		 * Leaves the feed. The subscriber may hear of it until the loop has come to it.
		 */
		public void leave() {
			Feeds.this.loop.execute(() -> Feeds.this.run(() -> Feeds.this.leave(this, null)));
		}

		/**
		 * Leaves the feed, and hears last of all what the feed knows at that moment.
		 * @param last called on the loop with what is known, which does not change any
		 * more, {@code null} if the feed has ended before
		 */
		public void leave(Consumer<@Nullable NavigableMap<Key, Entry>> last) {
			Feeds.this.loop.execute(() -> Feeds.this.run(() -> Feeds.this.leave(this, last)));
		}

	}

}

package org.etcdevent.feed;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.feed.EtcdTransport.Page;
import org.etcdevent.feed.EtcdTransport.ReadListener;
import org.etcdevent.feed.EtcdTransport.WatchListener;
import org.etcdevent.feed.EtcdTransport.WatchStream;
import org.jspecify.annotations.Nullable;

/**
 * The one watch stream of an application, which carries the watches of all feeds, and its
 * supervision: connects, tells answers apart, asks for a sign of life where there is
 * silence, and replaces the connection where none comes. Loop only.
 */
final class WatchLink implements WatchListener {

	private static final Log logger = LogFactory.getLog(WatchLink.class);

	private static final long CONNECT_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

	private static final int CONNECT_LOOKS = 4;

	private static final long FIRST_ANSWER_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

	private static final long CREATE_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	/**
	 * How much of the liveness timeout may pass in silence before a sign is asked for.
	 */
	private static final int QUIET = 3;

	/** How often in the liveness timeout the link looks at the stream. */
	private static final int LOOKS = 10;

	private static final Comparator<Feed> BY_CONFIRMATION = Comparator
		.comparingLong((feed) -> feed.status().confirmedNanos());

	private static final Comparator<Feed> BY_ASKED = Comparator.comparingLong(Feed::askedNanos);

	private final Loop loop;

	private final EtcdTransport transport;

	private final Backoff backoff;

	private final long livenessTimeout;

	private final Set<Feed> feeds = new LinkedHashSet<>();

	/** The watches of the stream, those that are not answered yet included. */
	private final Map<Long, Feed> watches = new HashMap<>();

	/** Creates without an answer, oldest first: a refusal names no watch. */
	private final Deque<Create> creating = new ArrayDeque<>();

	private @Nullable WatchStream stream;

	/** Waits for the next attempt or for the next look at the stream. */
	private Loop.@Nullable Timer timer;

	private boolean connected;

	/** Whether etcd answered any create of this stream. */
	private boolean answered;

	private boolean outage;

	private long lastId;

	/** When anything came on the stream, or the first watch of it was asked for. */
	private long lastSign;

	/** The request for progress that was not answered, {@code null} for none. */
	private @Nullable Asked asked;

	/** Whether a read that is to confirm a view was not answered. */
	private boolean confirming;

	WatchLink(Loop loop, EtcdTransport transport, Backoff backoff, FeedSettings settings) {
		this.loop = loop;
		this.transport = transport;
		this.backoff = backoff;
		this.livenessTimeout = settings.livenessTimeout().toNanos();
	}

	void add(Feed feed) {
		this.feeds.add(feed);
		if (this.stream == null && this.timer == null) {
			connect();
		}
	}

	void remove(Feed feed) {
		this.feeds.remove(feed);
		if (this.feeds.isEmpty()) {
			closeStream();
			endTimer();
		}
	}

	/**
	 * Watches the feed's range, now or, if there is no connection, as soon as there is
	 * one.
	 */
	void watch(Feed feed) {
		if (!this.connected || this.stream == null || feed.watchId() != 0 || !feed.wantsWatch()) {
			return;
		}
		if (this.watches.isEmpty()) {
			this.lastSign = this.loop.nanoTime();
		}
		long id = ++this.lastId;
		this.watches.put(id, feed);
		this.creating.add(new Create(id, this.loop.nanoTime()));
		feed.watching(id);
		this.stream.create(id, feed.range(), feed.startRevision());
	}

	void unwatch(Feed feed) {
		long id = feed.watchId();
		if (id != 0 && this.watches.remove(id) != null && this.stream != null) {
			this.stream.cancel(id);
		}
	}

	/** Whether the connection is lost and was not restored yet. */
	boolean isDown() {
		return this.outage;
	}

	private void connect() {
		this.timer = null;
		this.answered = false;
		this.stream = this.transport.open(this);
		awaitConnection(CONNECT_TIMEOUT);
	}

	/**
	 * In parts, so that a loop that stood still, as at the loading of classes, costs one
	 * of them only.
	 */
	private void awaitConnection(long left) {
		this.timer = this.loop.schedule(CONNECT_TIMEOUT / CONNECT_LOOKS, () -> {
			long still = left - CONNECT_TIMEOUT / CONNECT_LOOKS;
			if (still > 0) {
				awaitConnection(still);
			}
			else {
				reconnect(new Failure(Failure.Kind.TIMEOUT, "no connection within " + seconds(CONNECT_TIMEOUT)));
			}
		});
	}

	@Override
	public void onConnected() {
		this.connected = true;
		this.feeds.forEach(this::watch);
		look();
	}

	@Override
	public void onCreated(Stamp stamp, long watchId) {
		onSign();
		this.answered = true;
		this.backoff.reset();
		this.creating.removeIf((create) -> create.id() == watchId);
		if (this.outage) {
			this.outage = false;
			logger.info("The connection to etcd is restored");
		}
		Feed feed = this.watches.get(watchId);
		if (feed != null) {
			feed.onCreated(stamp);
		}
		if (this.creating.isEmpty() && this.asked == null) {
			askForProgress();
		}
	}

	@Override
	public void onCanceled(Stamp stamp, long watchId, Failure reason) {
		onSign();
		this.answered = true;
		if (reason.isOutage()) {
			reconnect(reason);
			return;
		}
		Create refused = (watchId < 0) ? this.creating.poll() : null;
		long id = (refused != null) ? refused.id() : watchId;
		this.creating.removeIf((create) -> create.id() == id);
		Feed feed = this.watches.remove(id);
		if (feed != null) {
			feed.onCanceled(reason);
		}
	}

	@Override
	public void onEvents(Stamp stamp, long watchId, List<Entry> events, boolean fragment) {
		onSign();
		Feed feed = this.watches.get(watchId);
		if (feed != null) {
			feed.onEvents(stamp, events, fragment);
		}
	}

	@Override
	public void onProgress(Stamp stamp, long watchId, boolean ordered) {
		onSign();
		Feed one = this.watches.get(watchId);
		if (one != null) {
			one.onProgress(stamp, ordered);
		}
		else if (watchId < 0 && this.asked != null) {
			Asked request = this.asked;
			this.asked = null;
			// The answer may be older than watches that were created since the request.
			this.watches.forEach((id, feed) -> {
				if (id <= request.lastId()) {
					feed.onProgress(stamp, ordered);
				}
			});
		}
	}

	@Override
	public void onClosed(Failure reason) {
		reconnect(reason);
	}

	/** Looks whether the stream lives, and again after a while. */
	private void look() {
		endTimer();
		long now = this.loop.nanoTime();
		long patience = this.answered ? CREATE_TIMEOUT : FIRST_ANSWER_TIMEOUT;
		Create oldest = this.creating.peek();
		if (oldest != null && now - oldest.since() >= patience) {
			reconnect(new Failure(Failure.Kind.TIMEOUT, "a watch was not answered within " + seconds(patience)));
		}
		else if (!this.watches.isEmpty() && now - this.lastSign >= this.livenessTimeout) {
			this.feeds.forEach(Feed::onSilence);
			reconnect(new Failure(Failure.Kind.TIMEOUT, "no sign of life within " + seconds(this.livenessTimeout)));
		}
		else {
			if (!this.watches.isEmpty() && this.creating.isEmpty()) {
				askForSign(now);
			}
			this.timer = this.loop.schedule(this.livenessTimeout / LOOKS, this::look);
		}
	}

	/**
	 * Asks for progress where a range was not confirmed for a while, then with a read.
	 */
	private void askForSign(long now) {
		long quiet = this.livenessTimeout / QUIET;
		long oldest = Collections.min(this.watches.values(), BY_CONFIRMATION).status().confirmedNanos();
		if (now - oldest < quiet) {
			return;
		}
		// Dropped by a server that catches up, or by a proxy that knows no progress; or
		// answered by a server whose answer says nothing.
		boolean vain = (this.asked != null) ? now - this.asked.since() >= quiet : now - oldest >= 2 * quiet;
		if (this.asked == null || vain) {
			askForProgress();
		}
		if (vain) {
			confirmNext();
		}
	}

	private void askForProgress() {
		if (this.stream != null && !this.watches.isEmpty()) {
			// The next answer may be that to the request before, if it was not dropped.
			long covered = (this.asked != null) ? this.asked.lastId() : this.lastId;
			this.asked = new Asked(covered, this.loop.nanoTime());
			this.stream.requestProgress();
		}
	}

	/** One after the other, so that no range keeps the others from being asked for. */
	private void confirmNext() {
		if (this.stream == null || this.confirming || this.watches.isEmpty()) {
			return;
		}
		Feed feed = Collections.min(this.watches.values(), BY_ASKED);
		if (this.loop.nanoTime() - feed.askedNanos() < this.livenessTimeout / QUIET) {
			return;
		}
		this.confirming = true;
		this.stream.read(feed.confirmation(this.livenessTimeout), new ReadListener() {

			@Override
			public void onPage(Page page) {
				onSign();
				WatchLink.this.confirming = false;
				feed.onConfirmation(page);
				confirmNext();
			}

			@Override
			public void onFailure(Failure reason) {
				WatchLink.this.confirming = false;
			}

		});
	}

	private void onSign() {
		this.lastSign = this.loop.nanoTime();
	}

	private void reconnect(Failure reason) {
		String endpoint = String.valueOf(this.stream);
		closeStream();
		endTimer();
		long delay = this.backoff.next(reason.kind());
		if (!this.outage) {
			this.outage = true;
			logger.warn("etcd cannot be followed at " + endpoint + ". All endpoints are tried in turn until one can; "
					+ "until then, what is known is served: " + reason.message());
		}
		else {
			logger.debug("etcd cannot be followed at " + endpoint + " either: " + reason.message());
		}
		for (Feed feed : List.copyOf(this.feeds)) {
			feed.onDisconnected(reason.message());
			feed.onConnectFailure(this.backoff.failures(), reason);
		}
		this.timer = this.loop.schedule(delay, this::connect);
	}

	private void closeStream() {
		if (this.stream != null) {
			this.stream.close();
			this.stream = null;
		}
		this.connected = false;
		this.asked = null;
		this.confirming = false;
		this.watches.clear();
		this.creating.clear();
	}

	private void endTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	private static String seconds(long nanos) {
		return TimeUnit.NANOSECONDS.toMillis(nanos) / 1000.0 + " s";
	}

	private record Create(long id, long since) {
	}

	/**
	 * A request for progress.
	 *
	 * @param lastId the newest watch that it speaks of
	 * @param since when it was sent
	 */
	private record Asked(long lastId, long since) {
	}

}

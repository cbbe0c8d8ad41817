package org.etcdevent.feed;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.etcd.Backoff;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;
import org.jspecify.annotations.Nullable;

/**
 * The one watch stream of an application, which carries the watches of all feeds, and its
 * supervision: connects, matches answers, asks for a sign of life where there is silence,
 * and replaces the connection where none comes. Loop only.
 */
final class WatchLink implements WatchListener {

	private static final Log logger = LogFactory.getLog(WatchLink.class);

	/** What the wait for the first answer of a stream begins with, and grows to. */
	private static final long FIRST_ANSWER_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

	private static final long MAX_ANSWER_TIMEOUT = TimeUnit.SECONDS.toNanos(30);

	/** The shortest wait for an answer on a stream that has answered. */
	private static final long CREATE_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	/**
	 * How much of the liveness timeout may pass in silence before a sign is asked for.
	 */
	private static final int QUIET = 3;

	/** How often in the liveness timeout the link looks at the stream. */
	private static final int LOOKS = 10;

	/** A stream that lasted so long is no failure when it ends. */
	private static final long LIFE = TimeUnit.SECONDS.toNanos(1);

	/** For how long another epoch is not a WARN again. */
	private static final long EPOCH_QUIET = TimeUnit.MINUTES.toNanos(1);

	private static final Comparator<Feed> BY_CONFIRMATION = Comparator
		.comparingLong((feed) -> feed.status().confirmedNanos());

	private static final Comparator<Feed> BY_ASKED = Comparator.comparingLong(Feed::askedNanos);

	/** All that calls the link comes through it. */
	private final Boundary loop;

	private final OutageLog log;

	private final Backoff backoff;

	private final long livenessTimeout;

	/** In the order in which their watches are asked for. */
	private final Set<Feed> feeds = new LinkedHashSet<>();

	/** The stream and its watches, {@code null} for none. */
	private @Nullable StreamWatches watches;

	/** Waits for the next attempt or for the next look at the stream. */
	private Loop.@Nullable Timer timer;

	private boolean connected;

	/** Whether etcd answered any create of this stream. */
	private boolean answered;

	/** When the last WARN of another epoch was, {@code null} for never. */
	private @Nullable Long epochWarned;

	/**
	 * How long an answer to a create may take: twice as long as the last one did, or did
	 * not. Etcd may be slow, but alive.
	 */
	private long answerTimeout = FIRST_ANSWER_TIMEOUT;

	/** When etcd first answered on this stream. */
	private long answeredNanos;

	/** When anything came on the stream, or the first watch of it was asked for. */
	private long lastSign;

	private long firstAsked;

	/**
	 * Whether a message has come in part: until it is whole, what comes after it on the
	 * stream says nothing by not being there.
	 */
	private boolean arriving;

	/** The request for progress that was not answered, {@code null} for none. */
	private @Nullable Asked asked;

	/**
	 * How often the link has looked at the stream since it asked. Not the time: where the
	 * loop stood still, the answer may be there unread.
	 */
	private int looksSinceAsked;

	/** Whether a read that is to confirm a view was not answered. */
	private boolean confirming;

	WatchLink(Loop loop, EtcdTransport transport, Backoff backoff, FeedSettings settings) {
		this.loop = new Boundary(loop, transport, this::onThrow);
		this.log = new OutageLog(this.loop);
		this.backoff = backoff;
		this.livenessTimeout = settings.livenessTimeout().toNanos();
	}

	void add(Feed feed) {
		this.feeds.add(feed);
		if (this.watches == null && this.timer == null) {
			this.loop.run(this::connect);
		}
	}

	void remove(Feed feed) {
		this.feeds.remove(feed);
		if (this.feeds.isEmpty()) {
			closeStream();
			endTimer();
			this.log.end();
		}
	}

	/**
	 * Watches the feed's range, now or, if there is no connection, as soon as there is
	 * one.
	 */
	void watch(Feed feed) {
		if (!this.connected || this.watches == null || feed.isWatching() || !feed.wantsWatch()) {
			return;
		}
		if (this.watches.isEmpty()) {
			this.lastSign = this.loop.nanoTime();
			this.firstAsked = this.lastSign;
		}
		feed.watching();
		use((all) -> all.add(feed));
	}

	void unwatch(Feed feed) {
		use((all) -> all.remove(feed));
	}

	/**
	 * Sends on the stream, if there is one. One that throws cannot be relied on, and is
	 * replaced: later, for a feed is in the middle of a step.
	 */
	private void use(Consumer<StreamWatches> send) {
		StreamWatches all = this.watches;
		if (all == null) {
			return;
		}
		try {
			send.accept(all);
		}
		catch (RuntimeException | Error ex) {
			Failure reason = Boundary.failure(ex);
			this.loop.schedule(0, () -> {
				if (this.watches == all) {
					reconnect(reason);
				}
			});
		}
	}

	/** A step of the link threw. */
	private void onThrow(Failure reason) {
		if (!this.feeds.isEmpty()) {
			reconnect(reason);
		}
	}

	/** Whether the connection is lost and was not restored yet. */
	boolean isDown() {
		return this.log.isDown();
	}

	private void connect() {
		this.timer = null;
		this.answered = false;
		this.watches = new StreamWatches(this.loop, this.loop.open(this));
	}

	@Override
	public void onConnected() {
		this.connected = true;
		this.feeds.forEach((feed) -> feed.run(() -> watch(feed)));
		look();
	}

	@Override
	public void onArriving() {
		this.lastSign = this.loop.nanoTime();
		this.arriving = true;
	}

	@Override
	public void onCreated(Stamp stamp, long watchId) {
		onSign();
		if (!this.answered) {
			this.answered = true;
			this.answeredNanos = this.loop.nanoTime();
			this.answerTimeout = Math.max(FIRST_ANSWER_TIMEOUT,
					Math.min(MAX_ANSWER_TIMEOUT, 2 * (this.loop.nanoTime() - this.firstAsked)));
		}
		this.log.restored();
		if (this.watches == null) {
			return;
		}
		Feed feed = this.watches.created(watchId);
		if (feed != null) {
			boolean proxied = this.watches.areProxied();
			feed.run(() -> feed.onCreated(stamp, proxied));
		}
		if (this.asked == null && this.watches.areAnswered()) {
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
		Feed feed = (this.watches != null) ? this.watches.canceled(watchId) : null;
		if (feed != null) {
			feed.run(() -> feed.onCanceled(reason));
		}
	}

	@Override
	public void onEvents(Stamp stamp, long watchId, List<Entry> events, boolean fragment) {
		onSign();
		Feed feed = (this.watches != null) ? this.watches.get(watchId) : null;
		if (feed != null) {
			feed.run(() -> feed.onEvents(stamp, events, fragment));
		}
	}

	@Override
	public void onProgress(Stamp stamp, long watchId, boolean ordered) {
		onSign();
		Feed one = (this.watches != null) ? this.watches.get(watchId) : null;
		if (one != null) {
			one.run(() -> one.onProgress(stamp, ordered));
		}
		else if (watchId < 0 && this.watches != null && this.asked != null) {
			Asked request = this.asked;
			this.asked = (request.answers() > 1)
					? new Asked(request.newest(), this.loop.nanoTime(), request.answers() - 1) : null;
			// The answer may be older than watches that were created since the request.
			this.watches.upTo(request.newest()).forEach((feed) -> feed.run(() -> feed.onProgress(stamp, ordered)));
		}
	}

	@Override
	public void onClosed(Failure reason) {
		reconnect(reason);
	}

	/** Looks whether the stream lives, and again after a while. */
	private void look() {
		endTimer();
		StreamWatches all = this.watches;
		if (all == null) {
			return;
		}
		this.looksSinceAsked++;
		long now = this.loop.nanoTime();
		long patience = this.answered ? Math.max(CREATE_TIMEOUT, this.answerTimeout) : this.answerTimeout;
		Feed unanswered = this.arriving ? null : all.unansweredSince(now - patience);
		if (unanswered != null) {
			// Where one create waits for the other, next time it lets the others go
			// first.
			if (this.feeds.remove(unanswered)) {
				this.feeds.add(unanswered);
			}
			this.answerTimeout = Math.min(MAX_ANSWER_TIMEOUT, 2 * patience);
			reconnect(new Failure(Failure.Kind.TIMEOUT, "no answer to a watch within " + seconds(patience)));
		}
		else if (all.areCreated() && now - this.lastSign >= this.livenessTimeout) {
			this.feeds.forEach((feed) -> feed.run(feed::onSilence));
			reconnect(new Failure(Failure.Kind.TIMEOUT, "no sign of life within " + seconds(this.livenessTimeout)));
		}
		else {
			Feed oldest = this.arriving ? null : all.first(BY_CONFIRMATION);
			if (oldest != null) {
				askForSign(all, now - oldest.status().confirmedNanos());
			}
			this.timer = this.loop.schedule(this.livenessTimeout / LOOKS, this::look);
		}
	}

	/**
	 * Asks for progress where a range was not confirmed for a while, then with a read.
	 */
	private void askForSign(StreamWatches all, long unconfirmed) {
		long quiet = this.livenessTimeout / QUIET;
		if (unconfirmed < quiet) {
			return;
		}
		// Dropped by a server that catches up, or answered by one whose answer says
		// nothing; a proxy has none. Before a create it could be about the watch as well.
		boolean vain = all.areProxied() || !all.areAnswered() || ((this.asked != null)
				? this.loop.nanoTime() - this.asked.since() >= quiet : unconfirmed >= 2 * quiet);
		if (all.areAnswered() && (this.asked == null || vain)) {
			askForProgress();
		}
		if (vain) {
			confirmNext();
		}
	}

	private void askForProgress() {
		if (this.watches != null && !this.watches.isEmpty() && !this.watches.areProxied()) {
			// The next answer may be that to the request before, if it was not dropped.
			Asked before = this.asked;
			long covered = (before != null) ? before.newest() : this.watches.newest();
			int unread = (before != null && this.looksSinceAsked <= LOOKS / QUIET) ? before.answers() : 0;
			this.asked = new Asked(covered, this.loop.nanoTime(), unread + 1);
			this.looksSinceAsked = 0;
			this.watches.stream().requestProgress();
		}
	}

	/** One after the other, so that no range keeps the others from being asked for. */
	private void confirmNext() {
		Feed feed = (this.watches != null && !this.confirming) ? this.watches.first(BY_ASKED) : null;
		if (this.watches == null || feed == null
				|| this.loop.nanoTime() - feed.askedNanos() < this.livenessTimeout / QUIET) {
			return;
		}
		this.confirming = true;
		this.watches.stream().read(feed.confirmation(this.livenessTimeout), this.loop.answer(new ReadListener() {

			@Override
			public void onPage(Page page) {
				WatchLink.this.lastSign = WatchLink.this.loop.nanoTime();
				WatchLink.this.confirming = false;
				if (!WatchLink.this.arriving) {
					feed.run(() -> feed.onConfirmation(page));
					confirmNext();
				}
			}

			@Override
			public void onFailure(Failure reason) {
				WatchLink.this.confirming = false;
			}

		}));
	}

	/** A message came. */
	private void onSign() {
		this.lastSign = this.loop.nanoTime();
		this.arriving = false;
	}

	private void reconnect(Failure reason) {
		String endpoint = (this.watches != null) ? this.watches.stream().toString() : "no endpoint";
		closeStream();
		endTimer();
		if (this.answered && this.loop.nanoTime() - this.answeredNanos >= LIFE) {
			this.backoff.reset();
		}
		// First, so that nothing that fails after it keeps the link from connecting.
		this.timer = this.loop.schedule(this.backoff.next(reason.kind()), this::connect);
		boolean known = this.feeds.stream().anyMatch(Feed::isKnown);
		this.log.lost(known
				? "Lost the connection to etcd at " + endpoint
						+ "; trying all endpoints, the last known state is served meanwhile: "
				: "No connection to etcd at " + endpoint + "; trying all endpoints: ", reason);
		for (Feed feed : List.copyOf(this.feeds)) {
			feed.run(() -> {
				feed.onDisconnected(reason.message());
				feed.onConnectFailure(this.backoff.failures(), reason);
			});
		}
	}

	/**
	 * A feed may not read. Where no user is configured, etcd accepts the connection all
	 * the same, so nothing else reports it.
	 */
	void onRefused(Failure reason) {
		this.log.lost("etcd refuses to answer; retrying: ", reason);
	}

	/**
	 * A feed found that etcd has another history. All feeds find that, one after the
	 * other: one WARN is enough.
	 */
	void onAnotherEpoch(Feed feed) {
		String message = "etcd was restored, or is another cluster: '" + feed.range() + "', known up to revision "
				+ feed.startRevision() + ", is compared with it by content, and the differences are delivered";
		long now = this.loop.nanoTime();
		if (this.epochWarned == null || now - this.epochWarned >= EPOCH_QUIET) {
			this.epochWarned = now;
			logger.warn(message);
		}
		else {
			logger.debug(message);
		}
	}

	private void closeStream() {
		if (this.watches != null) {
			WatchStream stream = this.watches.stream();
			this.watches = null;
			Boundary.attempt(stream::close);
		}
		this.connected = false;
		this.arriving = false;
		this.asked = null;
		this.confirming = false;
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

	/**
	 * A request for progress.
	 *
	 * @param newest the newest watch that it speaks of
	 * @param since when it was sent
	 * @param answers how many answers may come, where it was sent again before the first
	 * could be read
	 */
	private record Asked(long newest, long since, int answers) {
	}

}

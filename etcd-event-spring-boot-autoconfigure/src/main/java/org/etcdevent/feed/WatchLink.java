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
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;
import org.jspecify.annotations.Nullable;

/**
 * The one watch stream of an application, which carries the watches of all feeds, and its
 * supervision: connects, matches answers, asks for signs of life, and replaces the
 * connection where none come, or where they show that the member behind it does not keep
 * up with the quorum. Loop only.
 */
final class WatchLink implements WatchListener, Quorum.Listener {

	private static final Log logger = LogFactory.getLog(WatchLink.class);

	/** What the wait for the first answer of a stream begins with, and grows to. */
	private static final long FIRST_ANSWER_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

	private static final long MAX_ANSWER_TIMEOUT = TimeUnit.SECONDS.toNanos(30);

	/** The shortest wait for an answer on a stream that has answered. */
	private static final long CREATE_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	/**
	 * A range that was not confirmed for this part of the liveness timeout is asked for
	 * by itself, and not more often than a third of it.
	 */
	private static final int UNCONFIRMED = 2;

	private static final int CONFIRMATIONS = 3;

	/** How often in the liveness timeout the link looks at the stream. */
	private static final int LOOKS = 10;

	/** A stream that lasted so long is no failure when it ends. */
	private static final long LIFE = TimeUnit.SECONDS.toNanos(1);

	/** For how long another epoch is not a WARN again. */
	private static final long EPOCH_QUIET = TimeUnit.MINUTES.toNanos(1);

	private static final Comparator<Feed> BY_ASKED = Comparator.comparingLong(Feed::askedNanos);

	/** All that calls the link comes through it. */
	private final Boundary loop;

	private final OutageLog log;

	private final Backoff backoff;

	private final long livenessTimeout;

	private final AwakeTime time;

	private final Quorum quorum;

	private final Greeting greeting;

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

	private StreamSigns signs;

	/** When the first watch of this stream was asked for. */
	private long firstAsked;

	private ProgressRequests progress = new ProgressRequests();

	/** The read that is to confirm a range, {@code null} for none. */
	private Loop.@Nullable Timer confirmation;

	/** Whether a read for a sign of life was not answered. */
	private boolean asking;

	/** When the connection was last lost. */
	private long lostNanos;

	/** When it was last made. */
	private long connectedNanos;

	WatchLink(Loop loop, EtcdTransport transport, Backoff backoff, FeedSettings settings) {
		this.loop = new Boundary(loop, transport, this::onThrow);
		this.log = new OutageLog(this.loop);
		this.backoff = backoff;
		this.livenessTimeout = settings.livenessTimeout().toNanos();
		this.time = new AwakeTime(loop, this.livenessTimeout / LOOKS);
		this.signs = new StreamSigns(this.time, this.livenessTimeout);
		this.greeting = new Greeting(this.loop, this.livenessTimeout);
		this.quorum = new Quorum(loop, transport, settings, this.feeds, this);
		this.lostNanos = loop.nanoTime();
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
			this.quorum.end();
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
			this.signs.begin();
			this.firstAsked = this.time.nanos();
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
		this.watches = new StreamWatches(this.time, this.loop.open(this));
	}

	@Override
	public void onConnected() {
		this.connected = true;
		this.signs = new StreamSigns(this.time, this.livenessTimeout);
		this.connectedNanos = this.loop.nanoTime();
		this.quorum.ask();
		use((all) -> this.greeting.send(all.stream(), this.feeds.iterator().next().range()));
		this.feeds.forEach((feed) -> feed.run(() -> watch(feed)));
		look();
	}

	@Override
	public void onStatus(MemberStatus status) {
		if (this.greeting.isSetBack(status)) {
			this.feeds.stream().filter(Feed::isKnown).findFirst().ifPresent(this::onAnotherHistory);
		}
	}

	/** Whether the connection was there at a time, and is since. */
	boolean isConnectedSince(long nanos) {
		return this.connected && nanos - this.connectedNanos >= 0;
	}

	@Override
	public void onArriving() {
		this.signs.onPart();
	}

	@Override
	public void onCreated(Stamp stamp, long watchId) {
		this.signs.onMessage();
		if (!this.answered) {
			this.answered = true;
			this.answeredNanos = this.time.nanos();
			this.answerTimeout = Math.max(FIRST_ANSWER_TIMEOUT,
					Math.min(MAX_ANSWER_TIMEOUT, 2 * (this.answeredNanos - this.firstAsked)));
		}
		if (this.watches == null) {
			return;
		}
		Feed feed = this.watches.created(watchId);
		if (feed != null) {
			boolean proxied = this.watches.areProxied();
			feed.run(() -> feed.onCreated(stamp, proxied));
		}
		if (!this.progress.arePending()) {
			askForProgress(ProgressRequests.UNKNOWN);
		}
	}

	@Override
	public void onCanceled(Stamp stamp, long watchId, Failure reason) {
		this.signs.onMessage();
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
		this.signs.onMessage();
		Feed feed = (this.watches != null) ? this.watches.get(watchId) : null;
		if (feed != null) {
			feed.run(() -> feed.onEvents(stamp, events, fragment));
		}
	}

	@Override
	public void onProgress(Stamp stamp, long watchId, boolean ordered) {
		this.signs.onMessage();
		Feed one = (this.watches != null) ? this.watches.get(watchId) : null;
		if (one != null) {
			one.run(() -> one.onProgress(stamp, ordered));
		}
		else if (watchId < 0 && this.watches != null) {
			ProgressRequests.Request request = this.progress.onAnswer();
			if (request != null) {
				if (request.quorum() != ProgressRequests.UNKNOWN) {
					this.signs.onPosition(request.quorum() - stamp.revision());
				}
				// The answer may be older than watches that were created since the
				// request.
				this.watches.upTo(request.newest()).forEach((feed) -> feed.run(() -> feed.onProgress(stamp, ordered)));
			}
		}
	}

	@Override
	public void onClosed(Failure reason) {
		reconnect(reason);
	}

	/** Looks whether the stream is of use, and again after a while. */
	private void look() {
		endTimer();
		this.feeds.forEach((feed) -> feed.run(feed::look));
		StreamWatches all = this.watches;
		if (all == null) {
			return;
		}
		this.progress.look();
		long patience = this.answered ? Math.max(CREATE_TIMEOUT, this.answerTimeout) : this.answerTimeout;
		Feed unanswered = this.signs.isArriving() ? null : all.unansweredSince(this.time.nanos() - patience);
		if (unanswered != null) {
			// Where one create waits for the other, next time it lets the others go
			// first.
			if (this.feeds.remove(unanswered)) {
				this.feeds.add(unanswered);
			}
			this.answerTimeout = Math.min(MAX_ANSWER_TIMEOUT, 2 * patience);
			reconnect(new Failure(Failure.Kind.TIMEOUT, "no answer to a watch within " + seconds(patience)));
		}
		else if (all.areCreated() && this.signs.isSilent()) {
			reconnect(new Failure(Failure.Kind.TIMEOUT, "no sign of life within " + seconds(this.livenessTimeout)));
		}
		else if (this.signs.isLeftBehind()) {
			reconnect(new Failure(Failure.Kind.TIMEOUT,
					"the member is behind the others, and did not catch up within " + seconds(this.livenessTimeout)));
		}
		else {
			this.quorum.askAgain();
			confirmNext();
			askForSign();
			this.timer = this.loop.schedule(this.livenessTimeout / LOOKS, this::look);
		}
	}

	@Override
	public void onMark(Quorum.Mark mark) {
		for (Feed feed : this.feeds) {
			if (feed.isSetBack(mark.stamp())) {
				onAnotherHistory(feed);
				return;
			}
		}
		List.copyOf(this.feeds).forEach((feed) -> feed.run(feed::onMark));
		askForProgress(mark.stamp().revision());
	}

	/** A sign of life is wanted all the same. */
	@Override
	public void onNoMark() {
		askForProgress(ProgressRequests.UNKNOWN);
	}

	void askQuorum() {
		this.quorum.ask();
	}

	/**
	 * As of when a quorum confirms a range that is known up to a position.
	 * @return the time on the loop's clock, {@code null} if it does not
	 */
	@Nullable Long reachedBy(Stamp position) {
		return this.quorum.reachedBy(position);
	}

	/**
	 * Before a create is answered, progress could be about its watch as well.
	 * @param quorum what a quorum has just said that it has
	 */
	private void askForProgress(long quorum) {
		StreamWatches all = this.watches;
		if (all != null && !all.isEmpty() && !all.areProxied() && all.areAnswered()) {
			this.progress.onSent(all.newest(), quorum);
			use((sent) -> sent.stream().requestProgress());
		}
	}

	/** A range is live, confirmed as of a time. */
	void onLive(long confirmedNanos) {
		if (confirmedNanos - this.lostNanos >= 0) {
			this.log.restored();
		}
	}

	/**
	 * Reads a range that was not confirmed for a while. One after the other, so that no
	 * range keeps the others from being asked for.
	 */
	private void confirmNext() {
		StreamWatches all = this.watches;
		Feed feed = (all != null && this.confirmation == null && !this.signs.isArriving()) ? all.first(BY_ASKED) : null;
		if (all == null || feed == null || !isToBeConfirmed(feed, all.areProxied())) {
			return;
		}
		this.confirmation = this.loop.read(feed.confirmation(this.livenessTimeout / CONFIRMATIONS), new ReadListener() {

			@Override
			public void onPage(Page page) {
				WatchLink.this.confirmation = null;
				if (!WatchLink.this.signs.isArriving()) {
					feed.run(() -> feed.onConfirmation(page));
					confirmNext();
				}
			}

			@Override
			public void onFailure(Failure reason) {
				WatchLink.this.confirmation = null;
			}

		});
	}

	private boolean isToBeConfirmed(Feed feed, boolean proxied) {
		long now = this.loop.nanoTime();
		long patience = this.livenessTimeout / (proxied ? CONFIRMATIONS : UNCONFIRMED);
		return now - feed.askedNanos() >= this.livenessTimeout / CONFIRMATIONS
				&& now - feed.status().confirmedNanos() >= patience;
	}

	/**
	 * Reads a key on the stream's own connection, where nothing came on the stream for a
	 * while: a server that catches up answers no request for progress, nor does a proxy.
	 */
	private void askForSign() {
		StreamWatches all = this.watches;
		Feed any = (all != null) ? all.first(BY_ASKED) : null;
		if (all == null || any == null || this.asking || !this.signs.isQuiet()) {
			return;
		}
		this.asking = true;
		all.stream().read(Quorum.question(any.range(), this.livenessTimeout), this.loop.answer(new ReadListener() {

			@Override
			public void onPage(Page page) {
				WatchLink.this.asking = false;
				WatchLink.this.signs.onAnswer();
			}

			@Override
			public void onFailure(Failure reason) {
				WatchLink.this.asking = false;
				if (!reason.isOutage()) {
					WatchLink.this.signs.onAnswer();
				}
			}

		}));
	}

	private void reconnect(Failure reason) {
		String endpoint = (this.watches != null) ? this.watches.stream().toString() : "no endpoint";
		closeStream();
		endTimer();
		if (this.answered && this.time.nanos() - this.answeredNanos >= LIFE) {
			this.backoff.reset();
		}
		this.lostNanos = this.loop.nanoTime();
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
	 * A feed found that etcd has another history, so all have to be compared by content:
	 * one WARN is enough.
	 */
	void onAnotherHistory(Feed feed) {
		String message = "etcd was restored, or is another cluster: '" + feed.range() + "', known up to revision "
				+ feed.startRevision() + ", and all other ranges are compared with it by content, and the differences"
				+ " are delivered";
		long now = this.loop.nanoTime();
		if (this.epochWarned == null || now - this.epochWarned >= EPOCH_QUIET) {
			this.epochWarned = now;
			logger.warn(message);
		}
		else {
			logger.debug(message);
		}
		this.quorum.forget();
		this.greeting.forget();
		List.copyOf(this.feeds).forEach((each) -> each.run(each::onAnotherHistory));
	}

	private void closeStream() {
		if (this.watches != null) {
			WatchStream stream = this.watches.stream();
			this.watches = null;
			Boundary.attempt(stream::close);
		}
		this.connected = false;
		this.progress = new ProgressRequests();
		this.asking = false;
		if (this.confirmation != null) {
			this.confirmation.cancel();
			this.confirmation = null;
		}
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

}

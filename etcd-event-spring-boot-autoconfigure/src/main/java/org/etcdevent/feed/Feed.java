package org.etcdevent.feed;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.feed.EtcdTransport.Page;
import org.etcdevent.feed.EtcdTransport.RangeRead;
import org.etcdevent.feed.EtcdTransport.RangeRead.Detail;
import org.etcdevent.feed.EtcdTransport.ReadListener;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the truth of one range. Events and progress of its watch carry it on; a
 * {@link RangeSync} sets it at first, and whenever the watch cannot go on from the
 * position. Loop only; others look at {@link #status()}.
 */
final class Feed implements RangeSync.Owner {

	private static final Log logger = LogFactory.getLog(Feed.class);

	/**
	 * So far behind, a resync is faster than the server's catch-up, which goes at 1,000
	 * revisions per 100 ms (measured on 3.5).
	 */
	private static final long FAR_BEHIND = 50_000;

	/**
	 * To find what was written last, etcd goes through a range: not through large ones.
	 */
	private static final int MANY = 1_000;

	private static final long VERIFY_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	private final KeyRange range;

	private final Loop loop;

	private final EtcdTransport transport;

	private final WatchLink link;

	private final FeedSettings settings;

	private final Backoff backoff;

	private final FeedStatus status;

	private final RangeState state = new RangeState();

	private final Audience audience;

	/** The reading under way, {@code null} for none. */
	private @Nullable RangeSync sync;

	/**
	 * The wait or the read before the watch is asked for again, {@code null} for none.
	 */
	private Loop.@Nullable Timer pause;

	/** The watch on the link's stream, 0 for none. */
	private long watchId;

	/** When a read to confirm the view was last asked for, or the view confirmed. */
	private long askedNanos;

	/** A linearizable read has shown that the stream's member only lags. */
	private boolean memberLags;

	Feed(KeyRange range, Loop loop, EtcdTransport transport, WatchLink link, FeedSettings settings, Backoff backoff) {
		this.range = range;
		this.loop = loop;
		this.transport = transport;
		this.link = link;
		this.settings = settings;
		this.backoff = backoff;
		this.status = new FeedStatus(loop);
		this.askedNanos = loop.nanoTime();
		this.audience = new Audience(loop, this.state);
	}

	KeyRange range() {
		return this.range;
	}

	FeedStatus status() {
		return this.status;
	}

	void start() {
		moveTo(EtcdWatchState.SYNCING, "started");
		startSync(null, false);
	}

	void close() {
		stopSync();
		stopWatch();
		moveTo(EtcdWatchState.IDLE, "closed");
		this.audience.clear();
		this.state.clear();
	}

	void join(FeedSubscriber subscriber) {
		this.audience.add(subscriber, this.status.state());
	}

	/**
	 * A subscriber leaves.
	 * @param subscriber who leaves
	 * @return whether nobody is left
	 */
	boolean leave(FeedSubscriber subscriber) {
		this.audience.remove(subscriber);
		return this.audience.isEmpty();
	}

	/**
	 * What is known now, for a subscriber that leaves and will want to go on from there.
	 * @return a copy
	 */
	TreeMap<Key, Entry> copy() {
		return new TreeMap<>(this.state.entries());
	}

	/**
	 * Whether the link should watch the range: it is synced, and nothing has to come
	 * first.
	 * @return {@code true} if so
	 */
	boolean wantsWatch() {
		return this.state.isKnown() && this.sync == null && this.pause == null;
	}

	/**
	 * Where to start the watch: at the position, not after it. A watch from a revision to
	 * come would lose a deletion that is compacted meanwhile on old servers, and silences
	 * progress on new ones.
	 * @return the start revision
	 */
	long startRevision() {
		return this.state.position().revision();
	}

	long watchId() {
		return this.watchId;
	}

	void watching(long id) {
		this.watchId = id;
		this.state.dropHeld();
	}

	void onCreated(Stamp stamp) {
		Stamp known = this.state.position();
		if (RangeSync.isBefore(stamp, known) && !this.memberLags) {
			stopWatch();
			verify();
		}
		else if (stamp.revision() - known.revision() > Math.max(FAR_BEHIND, this.state.entries().size())) {
			resync("behind", false);
		}
		else {
			this.status.recovered();
			if (this.status.state() == EtcdWatchState.RECONNECTING) {
				this.status.reconnected();
			}
			moveTo(EtcdWatchState.LIVE, "watching");
		}
	}

	void onEvents(Stamp stamp, List<Entry> events, boolean fragment) {
		this.status.received(events.size());
		List<Change> changes = this.state.accept(stamp, events, fragment);
		if (changes == null) {
			resync("epoch", true);
			return;
		}
		publish(changes);
		// Only now: a watch can be created and canceled again and again.
		this.backoff.reset();
		if (stamp.revision() <= this.state.position().revision() && !this.state.hasHeld()) {
			this.status.confirmed();
		}
	}

	void onProgress(Stamp stamp, boolean ordered) {
		long revision = this.state.position().revision();
		if (stamp.revision() < revision || this.state.hasHeld()) {
			return;
		}
		this.backoff.reset();
		if (ordered && stamp.revision() > revision) {
			this.state.advance(stamp);
			publish(List.of());
		}
		// Where it may overtake events, only what is not later than they are confirms
		// them.
		if (ordered || stamp.revision() == revision) {
			this.status.confirmed();
		}
	}

	void onCanceled(Failure reason) {
		this.watchId = 0;
		if (reason.kind() == Failure.Kind.COMPACTED) {
			resync("compacted", false);
			return;
		}
		long delay = this.backoff.next(reason.kind());
		failed(reason);
		moveTo(EtcdWatchState.RECONNECTING, reason.message());
		pauseFor(delay, () -> this.link.watch(this));
	}

	/**
	 * The link's stream is gone, and with it the watch; the link opens another one.
	 * @param cause why
	 */
	void onDisconnected(String cause) {
		this.watchId = 0;
		this.memberLags = false;
		if (this.state.isKnown() && this.sync == null) {
			endPause();
			moveTo(EtcdWatchState.RECONNECTING, cause);
		}
	}

	void onConnectFailure(int attempts, Failure reason) {
		this.status.failed(attempts, reason);
	}

	void onSilence() {
		if (this.watchId != 0) {
			moveTo(EtcdWatchState.STALE, "no sign of life");
		}
	}

	/**
	 * When the view was last confirmed, or that was last asked for by a read.
	 * @return the time on the loop's clock
	 */
	long askedNanos() {
		return Math.max(this.askedNanos, this.status.confirmedNanos());
	}

	/**
	 * What to read to know whether the view is still right, where progress does not tell.
	 * @param timeoutNanos how long it may take, in nanoseconds
	 * @return what to read
	 */
	RangeRead confirmation(long timeoutNanos) {
		this.askedNanos = this.loop.nanoTime();
		boolean few = this.state.entries().size() <= MANY;
		return new RangeRead(this.range.start(), this.range.end(), 0, few ? 1 : 0, few ? Detail.NEWEST : Detail.COUNT,
				timeoutNanos);
	}

	void onConfirmation(Page page) {
		if (this.watchId != 0 && this.state.isProvedBy(page)) {
			this.status.confirmed();
		}
	}

	@Override
	public void onSynced(Stamp stamp, TreeMap<Key, Entry> fresh, List<Change> changes) {
		if (this.sync != null) {
			this.status.confirmed(this.sync.stampedNanos());
			this.sync = null;
		}
		if (this.state.isKnown()) {
			this.state.move(stamp, changes);
			publish(changes);
		}
		else {
			this.state.begin(stamp, fresh);
			this.status.revision(stamp.revision());
			this.audience.joinAll();
		}
		this.status.recovered();
		this.link.watch(this);
		if (this.watchId == 0 && this.link.isDown()) {
			moveTo(EtcdWatchState.RECONNECTING, "no connection");
		}
	}

	@Override
	public void onSyncFailure(Failure reason) {
		failed(reason);
	}

	/**
	 * What looks like a cluster that was set back can be a member that lags: asks the
	 * quorum.
	 */
	private void verify() {
		RangeRead read = new RangeRead(this.range.start(), this.range.end(), 0, 0, Detail.COUNT, VERIFY_TIMEOUT);
		this.pause = this.transport.read(read, new ReadListener() {

			@Override
			public void onPage(Page page) {
				endPause();
				if (RangeSync.isBefore(page.stamp(), Feed.this.state.position())) {
					resync("epoch", true);
				}
				else {
					Feed.this.memberLags = true;
					Feed.this.link.watch(Feed.this);
				}
			}

			@Override
			public void onFailure(Failure reason) {
				long delay = Feed.this.backoff.next(reason.kind());
				failed(reason);
				pauseFor(delay, Feed.this::verify);
			}

		});
	}

	private void resync(String reason, boolean byContent) {
		logger.debug("Reads '" + this.range + "' again: " + reason);
		this.status.resynced(reason);
		stopWatch();
		moveTo(EtcdWatchState.SYNCING, reason);
		startSync(this.state.position(), byContent);
	}

	private void startSync(@Nullable Stamp before, boolean byContent) {
		this.sync = new RangeSync(this.range, this.loop, this.transport, this.settings, this.backoff, this,
				this.state.entries(), before, byContent);
		this.sync.start();
	}

	private void stopSync() {
		if (this.sync != null) {
			this.sync.cancel();
			this.sync = null;
		}
	}

	private void stopWatch() {
		endPause();
		this.link.unwatch(this);
		this.watchId = 0;
	}

	private void pauseFor(long delay, Runnable then) {
		this.pause = this.loop.schedule(delay, () -> {
			this.pause = null;
			then.run();
		});
	}

	private void endPause() {
		if (this.pause != null) {
			this.pause.cancel();
			this.pause = null;
		}
	}

	private void publish(List<Change> changes) {
		long revision = this.state.position().revision();
		this.status.revision(revision);
		this.audience.changed(changes, revision);
	}

	/** One WARN a range for what concerns it alone; the link speaks of the connection. */
	private void failed(Failure reason) {
		this.status.failed(this.backoff.failures(), reason);
		String message = "'" + this.range + "' cannot be followed, which is tried again until it can: "
				+ reason.message();
		if (this.backoff.failures() == 1 && !reason.isOutage()) {
			logger.warn(message);
		}
		else {
			logger.debug(message);
		}
	}

	private void moveTo(EtcdWatchState to, String cause) {
		EtcdWatchState from = this.status.state();
		if (from != to) {
			this.status.state(to);
			this.audience.moved(from, to, cause);
		}
	}

}

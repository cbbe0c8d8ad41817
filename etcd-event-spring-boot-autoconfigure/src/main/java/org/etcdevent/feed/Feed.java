package org.etcdevent.feed;

import java.util.List;
import java.util.NavigableMap;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Backoff;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the truth of one range. Events and progress of its watch carry it on; a
 * {@link RangeSync} sets it at first, and whenever the watch cannot go on from the
 * position. Loop only; others look at {@link #status()}.
 */
final class Feed implements RangeSync.Owner, PastCheck.Owner {

	private static final Log logger = LogFactory.getLog(Feed.class);

	/**
	 * What a member sends at once of what a watch has missed, in revisions; the next part
	 * comes 100 ms later (measured on 3.5). After more than one part, a proxy may take a
	 * watch for another that is further on, and lose the rest.
	 */
	private static final long PART = 1_000;

	/** Lag right after a sync beyond which resyncing is cheaper than catching up. */
	private static final long FAR_BEHIND = 50_000;

	/**
	 * From this average on, in bytes, large messages come in fragments. Etcd makes these
	 * with an effort that grows with the square of the events that fit in 2 MB: with
	 * values of 128 bytes, each costs it 0.7 s of CPU (measured on 3.5.16).
	 */
	private static final long LARGE_VALUE = 1_024;

	private static final long NOT_BEHIND = -1;

	/** From so many resyncs on without an event in between, it is worth a WARN. */
	private static final int IN_VAIN = 3;

	private final KeyRange range;

	/** All that calls this feed comes through it, and what is asked of others. */
	private final Boundary boundary;

	private final WatchLink link;

	private final FeedSettings settings;

	private final Backoff backoff;

	/** Of resyncs that show nothing to go on from: no event and no progress follows. */
	private final Backoff resyncs;

	private final FeedStatus status;

	private final Retry retry;

	private final RangeState state = new RangeState();

	private final Subscribers subscribers;

	private final Confirmation confirmation;

	private final Doubt doubt;

	private final PastCheck past;

	private final Audit audit;

	private boolean closed;

	/** The reading under way, {@code null} for none. */
	private @Nullable RangeSync sync;

	/** Whether the range has to be read before it is watched. */
	private boolean wantsSync = true;

	/** Whether that has to compare by content. */
	private boolean byContent;

	/** Whether the link has a watch of the range, or asks for one. */
	private boolean watching;

	/** Whether that was created. */
	private boolean created;

	/**
	 * Whether the watch has to begin with what was written at the position: an etcd that
	 * was set back has something else there, or nothing.
	 */
	private boolean awaitsRepetition;

	/** Where the watch began, if there was something to make up for. */
	private long behindAt = NOT_BEHIND;

	/** Whether the last watch that was behind ended before it reported anything. */
	private boolean failedBehind;

	Feed(KeyRange range, Loop loop, EtcdTransport transport, WatchLink link, FeedSettings settings,
			RandomGenerator random) {
		this.range = range;
		this.boundary = new Boundary(loop, transport, this::restart);
		this.link = link;
		this.settings = settings;
		this.backoff = new Backoff(random);
		this.resyncs = new Backoff(random);
		this.status = new FeedStatus(loop, settings.livenessTimeout());
		this.retry = new Retry(range, this.boundary, this.backoff, this.status);
		this.subscribers = new Subscribers(this.boundary, this.state);
		this.confirmation = new Confirmation(range, loop, this.state, settings);
		this.doubt = new Doubt(this.state);
		this.past = new PastCheck(range, this.boundary, this.state, random, this);
		this.audit = new Audit(range, this.boundary, this.boundary, this.state, random, settings.auditInterval(),
				() -> resync("audit"));
	}

	/**
	 * Runs a step of the feed: each call from outside is one, so that what it throws
	 * costs this feed a restart, and nobody else anything.
	 */
	void run(Runnable step) {
		this.boundary.run(step);
	}

	/** A step threw: nothing that was under way is relied on. */
	private void restart(Failure reason) {
		if (this.closed) {
			return;
		}
		this.retry.end();
		this.retry.after(reason, this::resume);
		this.state.undo();
		stopSync();
		this.link.unwatch(this);
		unwatched();
		moveTo(this.wantsSync ? EtcdWatchState.SYNCING : EtcdWatchState.RECONNECTING, reason.message());
	}

	private void resume() {
		if (this.wantsSync) {
			startSync();
		}
		else {
			this.subscribers.joinAll();
			this.link.watch(this);
		}
	}

	KeyRange range() {
		return this.range;
	}

	FeedStatus status() {
		return this.status;
	}

	void start() {
		moveTo(EtcdWatchState.SYNCING, "started");
		startSync();
	}

	void close() {
		this.closed = true;
		stopSync();
		stopWatch();
		this.past.end();
		this.audit.close();
		moveTo(EtcdWatchState.IDLE, "closed");
		this.subscribers.clear();
		this.state.clear();
	}

	void join(FeedSubscriber subscriber) {
		this.subscribers.add(subscriber, this.status.state());
	}

	/**
	 * A subscriber leaves.
	 * @param subscriber who leaves
	 * @return whether nobody is left
	 */
	boolean leave(FeedSubscriber subscriber) {
		this.subscribers.remove(subscriber);
		return this.subscribers.isEmpty();
	}

	/**
	 * What is known now, for a subscriber that leaves and will want to go on from there.
	 * @return what does not change any more
	 */
	NavigableMap<Key, Entry> share() {
		return this.state.share();
	}

	/**
	 * Whether the link should watch the range: it is synced, and nothing has to come
	 * first.
	 * @return {@code true} if so
	 */
	boolean wantsWatch() {
		return !this.closed && !this.wantsSync && !this.retry.isPending();
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

	/**
	 * Whether large messages are better sent in parts: one that makes up for an absence
	 * can have all the values of 1,000 revisions. Also where one may have been too much
	 * for the memory or the connection, so that each part is a step.
	 * @return {@code true} if so
	 */
	boolean wantsFragments() {
		return this.failedBehind || this.state.valueBytes() >= LARGE_VALUE;
	}

	boolean isKnown() {
		return this.state.isKnown();
	}

	boolean isWatching() {
		return this.watching;
	}

	/** The link asks for a watch. */
	void watching() {
		this.watching = true;
		this.created = false;
		this.behindAt = NOT_BEHIND;
		this.state.dropHeld();
		this.confirmation.begin();
	}

	void onCreated(Stamp stamp, boolean proxied) {
		long behind = stamp.revision() - this.state.position().revision();
		boolean away = this.status.stated() == EtcdWatchState.RECONNECTING;
		if (this.doubt.isRaisedByCreated(stamp)) {
			doubt();
			return;
		}
		if (away) {
			this.status.reconnected();
		}
		if (behind > bearable(away, proxied)) {
			decideWhatIsBehind();
		}
		else {
			this.created = true;
			this.awaitsRepetition = !proxied && this.state.isWrittenAtPosition(PastCheck.MANY);
			this.behindAt = (behind > 0) ? this.state.position().revision() : NOT_BEHIND;
			this.status.recovered();
			this.audit.resume();
			confirm();
			goLive();
			this.past.resume();
		}
	}

	/** Of another history, more than revisions have to be compared. */
	private void decideWhatIsBehind() {
		if (this.past.isProved()) {
			resync("behind");
			return;
		}
		stopWatch();
		moveTo(EtcdWatchState.RECONNECTING, "behind");
		this.retry.await(this.past.decide(() -> resync("behind")));
	}

	/**
	 * How many revisions to catch up with rather than read the range again: not more than
	 * it has keys. Right after a sync a few more, for where much is written the next one
	 * would be as far behind.
	 */
	private long bearable(boolean away, boolean proxied) {
		if (away && proxied) {
			return PART;
		}
		return Math.max(away ? PART : FAR_BEHIND, this.state.entries().size());
	}

	void onEvents(Stamp stamp, List<Entry> events, boolean fragment) {
		this.status.received(events.size());
		if (this.doubt.isRaisedBy(stamp)) {
			doubt();
			return;
		}
		if (!areOfRange(events)) {
			stopWatch();
			fail(new Failure(Failure.Kind.OTHER, "etcd sent an event of a key outside of the range"));
			return;
		}
		long from = this.state.position().revision();
		boolean absent = this.awaitsRepetition && !events.isEmpty() && events.get(0).modRevision() > from;
		List<Change> changes = absent ? null : this.state.accept(stamp, events, fragment);
		if (changes == null) {
			this.link.onAnotherHistory(this);
			return;
		}
		this.awaitsRepetition &= events.isEmpty();
		publish(changes);
		if (this.state.position().revision() > from) {
			// Only now: each new watch begins with what is known, and may fail after it.
			succeeded();
		}
		confirm();
	}

	private boolean areOfRange(List<Entry> events) {
		for (Entry event : events) {
			if (!this.range.contains(event.key().bytes())) {
				return false;
			}
		}
		return true;
	}

	void onProgress(Stamp stamp, boolean ordered) {
		long revision = this.state.position().revision();
		if (this.doubt.isRaisedBy(stamp)) {
			doubt();
			return;
		}
		if (stamp.revision() < revision || this.state.hasHeld()) {
			return;
		}
		if (this.awaitsRepetition && ordered) {
			this.link.onAnotherHistory(this);
			return;
		}
		this.awaitsRepetition = false;
		if (ordered && stamp.revision() > revision) {
			this.state.advance(stamp);
			publish(List.of());
		}
		succeeded();
		confirm();
	}

	void onCanceled(Failure reason) {
		unwatched();
		if (reason.kind() == Failure.Kind.COMPACTED) {
			resync("compacted");
			return;
		}
		fail(reason);
	}

	/** The watch failed, and nothing speaks against another from the same position. */
	private void fail(Failure reason) {
		this.retry.after(reason, () -> this.link.watch(this));
		moveTo(EtcdWatchState.RECONNECTING, reason.message());
	}

	/** The watch works. */
	private void succeeded() {
		this.retry.succeeded();
		this.resyncs.reset();
	}

	/**
	 * The link's stream is gone, and with it the watch; the link opens another one.
	 * @param cause why
	 */
	void onDisconnected(String cause) {
		if (this.watching) {
			this.failedBehind = this.behindAt == this.state.position().revision();
		}
		unwatched();
		this.doubt.forget();
		this.past.pause();
		if (this.sync != null) {
			this.sync.onLoss();
		}
		if (!this.wantsSync) {
			this.retry.end();
			moveTo(EtcdWatchState.RECONNECTING, cause);
		}
	}

	void onConnectFailure(int attempts, Failure reason) {
		this.status.failed(attempts, reason);
	}

	/** A quorum is asked what it has. */
	void onAsked() {
		this.doubt.onAsked(!this.closed && !this.wantsSync);
	}

	/**
	 * Whether an answer of a quorum shows that etcd has another history than what is
	 * known here.
	 * @param quorum what a quorum had
	 * @return {@code true} if so
	 */
	boolean isSetBack(Stamp quorum) {
		return this.doubt.isSetBack(quorum);
	}

	/**
	 * Etcd has another history than some range was known to have: this one has to be
	 * compared by content.
	 */
	void onAnotherHistory() {
		boolean compared = this.sync != null && this.sync.isByContent()
				&& this.link.isConnectedSince(this.sync.startedNanos());
		if (!this.closed && this.state.isKnown() && !compared) {
			this.byContent = true;
			resync("epoch");
		}
	}

	/** A quorum has answered, and it may be what is known here that it confirms. */
	void onMark() {
		if (this.doubt.isSettled()) {
			this.retry.end();
			this.link.watch(this);
		}
		confirm();
	}

	/** The range may not be read any more; what its watch reports is known still. */
	void onReadDenied(Failure reason) {
		this.status.failed(1, reason);
	}

	void onReadAllowed() {
		if (this.created) {
			this.status.recovered();
		}
	}

	/** Whether the quorum was asked since the view was as it is now. */
	private void confirm() {
		Long asked = (this.created && !this.awaitsRepetition) ? this.link.reachedBy(this.state.position()) : null;
		if (asked != null) {
			confirmed(asked);
		}
	}

	private void confirmed(long asked) {
		this.status.confirmed(asked);
		goLive();
	}

	private void goLive() {
		if (this.created && this.status.isFresh()) {
			moveTo(EtcdWatchState.LIVE, "confirmed by a quorum");
			this.link.onLive(this.status.confirmedNanos());
		}
	}

	/** Time has passed. */
	void look() {
		if (this.status.stated() == EtcdWatchState.LIVE && !this.status.isFresh()) {
			moveTo(EtcdWatchState.STALE, "not confirmed by a quorum");
		}
	}

	/**
	 * When the view was last confirmed, or that was last asked for by a read.
	 * @return the time on the loop's clock
	 */
	long askedNanos() {
		return Math.max(this.confirmation.askedNanos(), this.status.confirmedNanos());
	}

	/**
	 * What to read to know whether the view is still right, where progress does not show
	 * it.
	 * @param timeoutNanos how long it may take, in nanoseconds
	 * @return what to read
	 */
	RangeRead confirmation(long timeoutNanos) {
		return this.confirmation.read(timeoutNanos);
	}

	void onConfirmation(Page page) {
		if (!this.watching || this.awaitsRepetition) {
			return;
		}
		switch (this.confirmation.judge(page)) {
			case RIGHT -> {
				succeeded();
				this.state.advance(page.stamp());
				publish(List.of());
				confirmed(this.confirmation.askedNanos());
			}
			case WATCH_IS_DEAD -> resync("silent");
			case NONE -> {
			}
		}
	}

	@Override
	public void onSynced(Stamp stamp, List<Entry> fresh, List<Change> changes) {
		if (this.state.isKnown()) {
			this.state.move(stamp, changes);
			this.subscribers.changed(changes, stamp.revision());
			this.state.settle();
		}
		else {
			this.state.begin(stamp, fresh);
		}
		if (this.sync != null) {
			this.status.confirmed(stamp.revision(), this.sync.stampedNanos());
			if (this.link.isConnectedSince(this.sync.stampedNanos())) {
				this.past.prove();
			}
		}
		this.sync = null;
		this.wantsSync = false;
		this.byContent = false;
		this.subscribers.joinAll();
		this.status.recovered();
		this.link.watch(this);
		if (!this.watching && this.link.isDown()) {
			moveTo(EtcdWatchState.RECONNECTING, "no connection");
		}
	}

	@Override
	public void onSyncFailure(Failure reason) {
		this.retry.failed(reason);
		// A token that has expired is refused once.
		if (reason.kind() == Failure.Kind.UNAUTHENTICATED && this.backoff.failures() > 1) {
			this.link.onRefused(reason);
		}
	}

	@Override
	public void onAnotherPast() {
		this.link.onAnotherHistory(this);
	}

	@Override
	public void onForgottenPast() {
		resync("compacted");
	}

	/** Nothing of the watch is applied until a quorum has said what to think of it. */
	private void doubt() {
		stopWatch();
		moveTo(EtcdWatchState.RECONNECTING, "etcd may have been set back");
		this.retry.await(this.doubt::end);
		this.doubt.begin();
		this.link.askQuorum();
	}

	private void resync(String reason) {
		logger.debug("Resyncing '" + this.range + "': " + reason);
		this.status.resynced(reason);
		// What is of another history can have equal revisions.
		this.byContent |= !this.past.isProved();
		stopSync();
		stopWatch();
		this.doubt.reset();
		this.past.end();
		this.wantsSync = true;
		moveTo(EtcdWatchState.SYNCING, reason);
		if (this.resyncs.failures() == 0) {
			this.resyncs.next(Failure.Kind.COMPACTED);
			startSync();
			return;
		}
		long delay = this.resyncs.next(Failure.Kind.COMPACTED);
		this.retry.await(this.boundary.schedule(delay, () -> {
			this.retry.end();
			startSync();
		}));
		if (this.resyncs.failures() == IN_VAIN) {
			logger.warn("Range '" + this.range + "' is read again and again without an event in between: " + reason);
		}
	}

	private void startSync() {
		this.sync = new RangeSync(this.range, this.boundary, this.boundary, this.settings, this.backoff, this,
				this.state.entries(), this.state.isKnown() ? this.state.position() : null, this.byContent);
		this.sync.start();
	}

	private void stopSync() {
		if (this.sync != null) {
			this.sync.cancel();
			this.sync = null;
		}
	}

	private void stopWatch() {
		this.retry.end();
		this.link.unwatch(this);
		unwatched();
	}

	private void unwatched() {
		this.watching = false;
		this.created = false;
		this.audit.pause();
	}

	private void publish(List<Change> changes) {
		long revision = this.state.position().revision();
		this.subscribers.changed(changes, revision);
		this.state.settle();
		this.status.revision(revision);
	}

	private void moveTo(EtcdWatchState to, String cause) {
		EtcdWatchState from = this.status.stated();
		if (from != to) {
			this.status.state(to);
			this.subscribers.moved(to, cause);
		}
	}

}

package org.etcdevent.feed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber of a feed, and what it still lacks. A call that throws is repeated after
 * a while, as it was; what changes meanwhile is merged by key and delivered after it, so
 * that a subscriber that fails misses nothing, no deletion either. Loop only.
 */
final class Member {

	private static final Log logger = LogFactory.getLog(Member.class);

	/** How many keys a slice of the state has. */
	private static final int SLICE = 1_000;

	private static final long FIRST_WAIT = TimeUnit.MILLISECONDS.toNanos(50);

	/** After so many doublings a wait is not longer than a second. */
	private static final int DOUBLINGS = 4;

	private final FeedSubscriber subscriber;

	private final Loop loop;

	private final RangeState state;

	/** Whether it has begun to receive the state. */
	private boolean joining;

	/** Whether all slices were delivered. */
	private boolean sliced;

	private boolean joined;

	/** The last key of the delivered slices. */
	private @Nullable Key cursor;

	/** A slice that was not accepted, {@code null} for none. */
	private @Nullable List<Entry> slice;

	/** Changes that were not accepted, by key. */
	private final Map<Key, Change> missed = new LinkedHashMap<>();

	/** Whether changes, or a mere revision, were not accepted. */
	private boolean behind;

	private long revision;

	/** The state that it was last notified of, and the one that it is to know. */
	private EtcdWatchState notified = EtcdWatchState.IDLE;

	private EtcdWatchState current = EtcdWatchState.IDLE;

	private String cause = "";

	/** How many of its calls failed in a row. */
	private int failures;

	/** Waits for the next slice or for the next attempt, {@code null} for neither. */
	private Loop.@Nullable Timer timer;

	Member(FeedSubscriber subscriber, Loop loop, RangeState state) {
		this.subscriber = subscriber;
		this.loop = loop;
		this.state = state;
	}

	/** The state is known: it receives it, slice by slice. Idempotent. */
	void join() {
		if (!this.joining) {
			this.joining = true;
			goOn(0);
		}
	}

	void changed(List<Change> changes, long to) {
		if (!this.joining) {
			return;
		}
		this.revision = to;
		if (this.failures == 0) {
			try {
				this.subscriber.onChanges(changes, to);
				return;
			}
			catch (Throwable ex) {
				failed(ex);
			}
		}
		this.behind = true;
		changes.forEach(this::merge);
		awaitAttempt();
	}

	private void merge(Change change) {
		Key key = change.after().key();
		Change earlier = this.missed.remove(key);
		this.missed.put(key, (earlier != null) ? new Change(earlier.before(), change.after()) : change);
	}

	void moved(EtcdWatchState to, String why) {
		this.current = to;
		this.cause = why;
		if (this.failures == 0) {
			attempt(this::deliverState);
		}
		else {
			awaitAttempt();
		}
	}

	/** It receives nothing more. */
	void end() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	/** A timer, so that a large range does not hold up what the network brings. */
	private void goOn(long delay) {
		if (this.timer == null) {
			this.timer = this.loop.schedule(delay, () -> {
				this.timer = null;
				attempt(this::deliver);
			});
		}
	}

	private void attempt(Runnable delivery) {
		try {
			delivery.run();
		}
		catch (Throwable ex) {
			failed(ex);
			awaitAttempt();
		}
	}

	private void failed(Throwable ex) {
		if (this.failures++ == 0) {
			logger.error("A subscriber failed; retrying with all that it missed", ex);
		}
	}

	private void awaitAttempt() {
		// It may be the wait for the next slice.
		if (this.failures == 1) {
			end();
		}
		goOn(FIRST_WAIT << Math.min(this.failures, DOUBLINGS));
	}

	/** In the order in which it all came about. */
	private void deliver() {
		if (this.behind && this.slice == null) {
			deliverMissed();
		}
		if (this.joining && !this.sliced) {
			deliverSlice();
		}
		if (this.behind) {
			deliverMissed();
		}
		if (this.sliced && !this.joined) {
			this.subscriber.onJoined(this.state.position().revision());
			this.joined = true;
		}
		deliverState();
		this.failures = 0;
		if (this.joining && !this.sliced) {
			goOn(0);
		}
	}

	private void deliverSlice() {
		List<Entry> next = this.slice;
		if (next == null) {
			next = collect();
			this.slice = next;
		}
		if (!next.isEmpty()) {
			this.subscriber.onSlice(next);
			this.cursor = next.get(next.size() - 1).key();
		}
		this.slice = null;
		if (next.size() < SLICE) {
			this.sliced = true;
			this.cursor = null;
		}
	}

	private List<Entry> collect() {
		Key from = this.cursor;
		NavigableMap<Key, Entry> rest = (from != null) ? this.state.entries().tailMap(from, false)
				: this.state.entries();
		List<Entry> next = new ArrayList<>();
		for (Entry entry : rest.values()) {
			next.add(entry);
			if (next.size() == SLICE) {
				break;
			}
		}
		return next;
	}

	private void deliverMissed() {
		this.subscriber.onChanges(List.copyOf(this.missed.values()), this.revision);
		this.missed.clear();
		this.behind = false;
	}

	private void deliverState() {
		if (this.notified != this.current) {
			this.subscriber.onState(this.notified, this.current, this.cause);
			this.notified = this.current;
		}
	}

}

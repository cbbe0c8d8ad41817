package org.etcdevent.feed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of a feed. Who joins gets the state in slices, one a turn of the loop,
 * so that a large range holds nobody up. Loop only.
 */
final class Subscribers {

	private static final Log logger = LogFactory.getLog(Subscribers.class);

	private static final int SLICE = 1_000;

	private final Loop loop;

	private final RangeState state;

	/** Each subscriber, and how far it has joined. */
	private final Map<FeedSubscriber, Progress> subscribers = new LinkedHashMap<>();

	Subscribers(Loop loop, RangeState state) {
		this.loop = loop;
		this.state = state;
	}

	boolean isEmpty() {
		return this.subscribers.isEmpty();
	}

	void add(FeedSubscriber subscriber, EtcdWatchState now) {
		this.subscribers.put(subscriber, new Progress());
		if (now != EtcdWatchState.IDLE) {
			call(subscriber, (it) -> it.onState(EtcdWatchState.IDLE, now, "joined"));
		}
		if (this.state.isKnown()) {
			join(subscriber);
		}
	}

	void remove(FeedSubscriber subscriber) {
		this.subscribers.remove(subscriber);
	}

	/** Nobody hears anything any more, not even the rest of the slices. */
	void clear() {
		this.subscribers.clear();
	}

	/** The initial state is known: all who wait for it join. */
	void joinAll() {
		this.subscribers.keySet().forEach(this::join);
	}

	void changed(List<Change> changes, long revision) {
		this.subscribers.forEach((subscriber, progress) -> {
			if (progress.joining || progress.joined) {
				call(subscriber, (it) -> it.onChanges(changes, revision));
			}
		});
	}

	void moved(EtcdWatchState from, EtcdWatchState to, String cause) {
		this.subscribers.keySet().forEach((subscriber) -> call(subscriber, (it) -> it.onState(from, to, cause)));
	}

	private void join(FeedSubscriber subscriber) {
		Progress progress = this.subscribers.get(subscriber);
		if (progress != null) {
			progress.joining = true;
			later(() -> nextSlice(subscriber, progress));
		}
	}

	private void nextSlice(FeedSubscriber subscriber, Progress progress) {
		if (this.subscribers.get(subscriber) != progress) {
			return;
		}
		List<Entry> slice = new ArrayList<>();
		Key cursor = progress.cursor;
		for (Entry entry : ((cursor != null) ? this.state.entries().tailMap(cursor, false) : this.state.entries())
			.values()) {
			slice.add(entry);
			if (slice.size() == SLICE) {
				break;
			}
		}
		if (!slice.isEmpty()) {
			progress.cursor = slice.get(slice.size() - 1).key();
			call(subscriber, (it) -> it.onSlice(slice));
		}
		if (slice.size() == SLICE) {
			later(() -> nextSlice(subscriber, progress));
		}
		else {
			progress.cursor = null;
			progress.joined = true;
			call(subscriber, (it) -> it.onJoined(this.state.position().revision()));
		}
	}

	/** By a timer: a large range must not hold up what the network brings for others. */
	private void later(Runnable slice) {
		this.loop.schedule(0, slice);
	}

	/** A subscriber that fails is its own problem: the others hear all the same. */
	private void call(FeedSubscriber subscriber, Consumer<FeedSubscriber> call) {
		try {
			call.accept(subscriber);
		}
		catch (Throwable ex) {
			logger.error("A subscriber failed", ex);
		}
	}

	private static final class Progress {

		/** The last key of the delivered slices. */
		private @Nullable Key cursor;

		private boolean joining;

		private boolean joined;

	}

}

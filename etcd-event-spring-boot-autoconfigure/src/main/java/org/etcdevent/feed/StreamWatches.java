package org.etcdevent.feed;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.etcdevent.etcd.WatchStream;
import org.jspecify.annotations.Nullable;

/**
 * The watches of one stream, and which feed each answer is about. Loop only.
 * <p>
 * Members of etcd take the ids that they are asked for, and answer creates in order.
 * {@code etcd grpc-proxy} gives ids of its own, from 0, answers creates in any order, and
 * refusals name no watch in either case: there, one create at a time leaves no doubt. The
 * first create of a stream is always alone, for its answer shows who is there.
 */
final class StreamWatches {

	private final AwakeTime time;

	private final WatchStream stream;

	private final Map<Feed, Watch> byFeed = new HashMap<>();

	/** Those that were created, by the id that the other side knows them by. */
	private final Map<Long, Watch> created = new HashMap<>();

	/** Those that were asked for and not answered, oldest first, by number. */
	private final Map<Long, Watch> asked = new LinkedHashMap<>();

	/** Those to ask for later, oldest first. */
	private final Deque<Watch> waiting = new ArrayDeque<>();

	/** Who gives the ids, {@code null} until it shows. */
	private @Nullable Side naming;

	private long lastNumber;

	StreamWatches(AwakeTime time, WatchStream stream) {
		this.time = time;
		this.stream = stream;
	}

	WatchStream stream() {
		return this.stream;
	}

	boolean isEmpty() {
		return this.byFeed.isEmpty();
	}

	/** Whether each watch that is wanted was answered. */
	boolean areAnswered() {
		return this.asked.isEmpty() && this.waiting.isEmpty();
	}

	/** Whether there is a watch that etcd owes a sign of life. */
	boolean areCreated() {
		return !this.created.isEmpty();
	}

	/** Whether there is a proxy that merges watches, and knows no manual progress. */
	boolean areProxied() {
		return this.naming == Side.PROXY;
	}

	/** The first of the feeds whose watches were created, {@code null} for none. */
	@Nullable Feed first(Comparator<Feed> order) {
		return this.created.values().stream().map(Watch::feed).min(order).orElse(null);
	}

	/** What a request for progress that is sent now speaks of. */
	long newest() {
		return this.lastNumber;
	}

	/** The feeds whose watches a request for progress spoke of. */
	List<Feed> upTo(long number) {
		return this.created.values().stream().filter((watch) -> watch.number <= number).map(Watch::feed).toList();
	}

	@Nullable Feed get(long id) {
		Watch watch = this.created.get(id);
		return (watch != null) ? watch.feed : null;
	}

	/** The feed of the oldest create without an answer, {@code null} for none. */
	@Nullable Feed unansweredSince(long time) {
		Watch oldest = oldest();
		return (oldest != null && oldest.since - time <= 0) ? oldest.feed : null;
	}

	void add(Feed feed) {
		Watch watch = new Watch(feed, ++this.lastNumber);
		this.byFeed.put(feed, watch);
		this.waiting.add(watch);
		askForNext();
	}

	void remove(Feed feed) {
		Watch watch = this.byFeed.remove(feed);
		if (watch == null || this.waiting.remove(watch) || this.asked.containsKey(watch.number)) {
			// What was asked for is canceled when its answer names the id.
			return;
		}
		this.created.remove(watch.id);
		this.stream.cancel(watch.id);
	}

	/**
	 * A watch was created.
	 * @param id the id that it is known by from now on
	 * @return the feed, {@code null} if it has left
	 */
	@Nullable Feed created(long id) {
		Watch watch = answered(id);
		if (watch == null) {
			return null;
		}
		if (this.naming == null) {
			this.naming = (watch.number == id) ? Side.CLIENT : Side.PROXY;
		}
		watch.id = id;
		boolean wanted = this.byFeed.get(watch.feed) == watch;
		if (wanted) {
			this.created.put(id, watch);
		}
		else {
			this.stream.cancel(id);
		}
		askForNext();
		return wanted ? watch.feed : null;
	}

	/**
	 * A watch is over, or a create was refused.
	 * @param id the watch's id, negative for a create
	 * @return the feed, {@code null} if it has left
	 */
	@Nullable Feed canceled(long id) {
		Watch watch = this.created.remove(id);
		if (watch != null && areProxied()) {
			// It keeps what is over for the next watch of the range, until all leave.
			this.stream.cancel(id);
		}
		if (watch == null && (id < 0 || !areProxied())) {
			watch = (id < 0) ? answered(id) : this.asked.remove(id);
			askForNext();
		}
		return (watch != null && this.byFeed.remove(watch.feed, watch)) ? watch.feed : null;
	}

	private @Nullable Watch answered(long id) {
		if (this.naming == Side.CLIENT && id >= 0) {
			return this.asked.remove(id);
		}
		Watch oldest = oldest();
		return (oldest != null) ? this.asked.remove(oldest.number) : null;
	}

	private @Nullable Watch oldest() {
		Iterator<Watch> all = this.asked.values().iterator();
		return all.hasNext() ? all.next() : null;
	}

	private void askForNext() {
		while (!this.waiting.isEmpty() && (this.naming == Side.CLIENT || this.asked.isEmpty())) {
			Watch next = this.waiting.remove();
			next.since = this.time.nanos();
			this.asked.put(next.number, next);
			this.stream.create(next.number, next.feed.range(), next.feed.startRevision(), next.feed.wantsFragments());
		}
	}

	private enum Side {

		CLIENT, PROXY

	}

	private static final class Watch {

		private final Feed feed;

		/** The id that is asked for, which etcd takes and a proxy does not. */
		private final long number;

		/** When it was asked for. */
		private long since;

		/** What it is known by once it is created. */
		private long id;

		Watch(Feed feed, long number) {
			this.feed = feed;
			this.number = number;
		}

		Feed feed() {
			return this.feed;
		}

	}

}

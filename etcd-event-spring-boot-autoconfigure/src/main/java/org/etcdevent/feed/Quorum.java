package org.etcdevent.feed;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * What a quorum of the cluster had, and when: asked by a linearizable read of one key,
 * one for all ranges of the application. All that was written before the question was
 * sent is in its answer, so a range that is known up to the answer's revision is right as
 * of that moment, whatever its own member says. Loop only.
 */
final class Quorum {

	/** How often in a liveness timeout it is asked. */
	private static final int QUESTIONS = 3;

	/** When a range that may not be read is tried again. */
	private static final long DENIED = TimeUnit.SECONDS.toNanos(30);

	private final Boundary boundary;

	private final long interval;

	private final Collection<Feed> feeds;

	private final Listener listener;

	/** The answers of the last liveness timeout, newest first. */
	private final Deque<Mark> marks = new ArrayDeque<>();

	/** The feeds whose ranges may not be read, and when that was last asked. */
	private final Map<Feed, Long> denied = new HashMap<>();

	/** When the last question was sent. */
	private long askedNanos;

	/** The question that was not answered, {@code null} for none. */
	private Loop.@Nullable Timer question;

	/** Whether another one is to follow it at once. */
	private boolean again;

	/** Whether the last question was not answered. */
	private boolean failed;

	/**
	 * A quorum that was not asked yet.
	 * @param feeds what is asked for, in this order; changed by others
	 * @param listener what hears of the answers
	 */
	Quorum(Loop loop, EtcdTransport transport, FeedSettings settings, Collection<Feed> feeds, Listener listener) {
		this.boundary = new Boundary(loop, transport, this::onThrow);
		this.interval = settings.livenessTimeout().toNanos() / QUESTIONS;
		this.feeds = feeds;
		this.listener = listener;
		this.askedNanos = loop.nanoTime() - this.interval;
	}

	/** Asks if the last answer is a while old. */
	void askAgain() {
		// Rather a little early than at the next look.
		boolean due = this.failed || this.boundary.nanoTime() - this.askedNanos >= this.interval - this.interval / 6;
		if (this.question == null && due) {
			ask();
		}
	}

	/** Asks now, or right after the question that is under way. */
	void ask() {
		if (this.question != null) {
			this.again = true;
			return;
		}
		this.boundary.run(this::send);
	}

	private void send() {
		Feed feed = next();
		if (feed == null) {
			return;
		}
		long sent = this.boundary.nanoTime();
		this.askedNanos = sent;
		this.feeds.forEach(Feed::onAsked);
		this.question = this.boundary.read(question(feed.range(), this.interval), new ReadListener() {

			@Override
			public void onPage(Page page) {
				answered(feed, new Mark(sent, page.stamp()));
			}

			@Override
			public void onFailure(Failure reason) {
				refused(feed, reason);
			}

		});
	}

	/** The cheapest read that is allowed to whom the range is. */
	static RangeRead question(KeyRange range, long timeoutNanos) {
		return new RangeRead(range.start(), new byte[0], 0, 1, Detail.KEYS, timeoutNanos);
	}

	/** The first that may be read, as far as is known. */
	private @Nullable Feed next() {
		this.denied.keySet().retainAll(this.feeds);
		Feed next = null;
		for (Feed feed : this.feeds) {
			if (feed.isKnown() && (next == null || isBetter(feed, next))) {
				next = feed;
			}
		}
		return next;
	}

	private boolean isBetter(Feed one, Feed other) {
		return !isDenied(one) && (isDenied(other) || (this.denied.containsKey(one) && !this.denied.containsKey(other)));
	}

	private boolean isDenied(Feed feed) {
		Long when = this.denied.get(feed);
		return when != null && this.boundary.nanoTime() - when < DENIED;
	}

	private void answered(Feed feed, Mark mark) {
		this.question = null;
		this.failed = false;
		if (this.denied.remove(feed) != null) {
			feed.run(feed::onReadAllowed);
		}
		this.marks.addFirst(mark);
		while (mark.askedNanos() - this.marks.getLast().askedNanos() > QUESTIONS * this.interval) {
			this.marks.removeLast();
		}
		this.listener.onMark(mark);
		askIfWanted();
	}

	private void refused(Feed feed, Failure reason) {
		this.question = null;
		this.failed = true;
		if (reason.kind() == Failure.Kind.PERMISSION_DENIED) {
			this.denied.put(feed, this.boundary.nanoTime());
			feed.run(() -> feed.onReadDenied(reason));
			Feed next = next();
			this.again |= next != null && !isDenied(next);
		}
		this.listener.onNoMark();
		askIfWanted();
	}

	private void askIfWanted() {
		if (this.again) {
			this.again = false;
			ask();
		}
	}

	private void onThrow(Failure reason) {
		this.question = null;
		this.failed = true;
		this.listener.onNoMark();
	}

	/**
	 * As of when a range is right that is known up to a position.
	 * @return the time on the loop's clock, {@code null} if no answer says
	 */
	@Nullable Long reachedBy(Stamp position) {
		for (Mark mark : this.marks) {
			if (mark.isReachedBy(position)) {
				return mark.askedNanos();
			}
		}
		return null;
	}

	/** What was answered is of another history. */
	void forget() {
		this.marks.clear();
	}

	/** Nobody wants to know any more. */
	void end() {
		if (this.question != null) {
			this.question.cancel();
			this.question = null;
		}
		this.again = false;
		this.marks.clear();
	}

	/**
	 * An answer.
	 *
	 * @param askedNanos when the question was sent, on the loop's clock
	 * @param stamp what the quorum had
	 */
	record Mark(long askedNanos, Stamp stamp) {

		private boolean isReachedBy(Stamp position) {
			return this.stamp.revision() <= position.revision() && !this.stamp.isForeignTo(position);
		}

	}

	/**
	 * Hears of answers.
	 */
	interface Listener {

		/** The quorum has answered. */
		void onMark(Mark mark);

		/** It has not. */
		void onNoMark();

	}

}

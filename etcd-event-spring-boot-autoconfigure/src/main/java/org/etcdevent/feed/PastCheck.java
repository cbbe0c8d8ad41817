package org.etcdevent.feed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.ReadListener;
import org.jspecify.annotations.Nullable;

/**
 * Whether the etcd behind a new connection has the past that is known: a data directory
 * that is put back may betray itself by nothing else. As of the position that was known
 * when the connection was made, the range must have been what is known: all of it where
 * it is small; where it is large, its number of keys and the one written last. Loop only.
 */
final class PastCheck {

	/** A range of more keys is large. */
	static final int MANY = 1_000;

	/** And one with values of more bytes. */
	private static final long LARGE = 1 << 20;

	/** Applications that come back together do not ask together. */
	private static final long SPREAD = TimeUnit.SECONDS.toNanos(10);

	private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

	private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	/** Where connections are lost again and again, so many pasts are kept. */
	private static final int KEPT = 8;

	private final KeyRange range;

	private final Boundary boundary;

	private final RangeState state;

	private final RandomGenerator random;

	private final Owner owner;

	/** What was known at the begin of each connection since the last proof. */
	private final Deque<Past> unproved = new ArrayDeque<>();

	/** Whether what is known now is part of that, or proved. */
	private boolean covered;

	/** What waits for the proof, {@code null} for nothing. */
	private @Nullable Runnable then;

	/** The wait or the read that is under way, {@code null} for none. */
	private Loop.@Nullable Timer pending;

	PastCheck(KeyRange range, Boundary boundary, RangeState state, RandomGenerator random, Owner owner) {
		this.range = range;
		this.boundary = boundary;
		this.state = state;
		this.random = random;
		this.owner = owner;
	}

	/** Whether all that is known is known to be of the present history. */
	boolean isProved() {
		return this.covered && this.unproved.isEmpty();
	}

	/** All that is known was read from the present history. */
	void prove() {
		end();
		this.covered = true;
	}

	/** A watch was created, possibly the first on this connection. */
	void resume() {
		cover();
		if (this.unproved.size() > KEPT) {
			this.owner.onForgottenPast();
		}
		else if (!this.unproved.isEmpty() && this.pending == null) {
			boolean first = this.unproved.size() == 1;
			after(first ? this.random.nextLong(SPREAD) : 0);
		}
	}

	/**
	 * Asks at once.
	 * @param proved called once all that is known is proved, unless the connection is
	 * lost before
	 * @return what cancels it
	 */
	Loop.Timer decide(Runnable proved) {
		cover();
		cancel();
		this.then = proved;
		after(0);
		return this::cancel;
	}

	/** What is known now is asked for, too, unless it is already. */
	private void cover() {
		Past last = this.unproved.peekLast();
		if (!this.covered && (last == null || last.revision() != this.state.position().revision())) {
			this.unproved.add(present());
		}
		this.covered = true;
	}

	private Past present() {
		int count = this.state.entries().size();
		boolean small = count <= MANY && this.state.valueBytes() * count <= LARGE;
		return new Past(this.state.position().revision(), count, small ? this.state.share() : null,
				this.state.newest(MANY));
	}

	/** The connection is gone, and what comes next may be another etcd. */
	void pause() {
		this.covered = false;
		cancel();
	}

	/** What was known is not relied on. */
	void end() {
		this.unproved.clear();
		this.covered = false;
		cancel();
	}

	private void cancel() {
		this.then = null;
		if (this.pending != null) {
			this.pending.cancel();
			this.pending = null;
		}
	}

	private void after(long delay) {
		this.pending = this.boundary.schedule(delay, this::ask);
	}

	private void ask() {
		Past past = this.unproved.getFirst();
		NavigableMap<Key, Entry> all = past.all();
		if (all != null) {
			read(new RangeRead(this.range.start(), this.range.end(), past.revision(), MANY + 1, Detail.ALL, TIMEOUT),
					(page) -> compare(this.range, page, all));
		}
		else {
			read(new RangeRead(this.range.start(), this.range.end(), past.revision(), 0, Detail.COUNT, TIMEOUT),
					(page) -> askForNewest(past, page.count()));
		}
	}

	private void askForNewest(Past past, long count) {
		Entry newest = past.newest();
		if (newest == null || count != past.count()) {
			decide(count == past.count());
			return;
		}
		byte[] key = newest.key().bytes();
		read(new RangeRead(key, new byte[0], past.revision(), 1, Detail.ALL, TIMEOUT),
				(page) -> compare(KeyRange.key(key), page, Map.of(newest.key(), newest)));
	}

	private void compare(KeyRange asked, Page page, Map<Key, Entry> known) {
		if (!RangeSync.isPossible(asked, asked.start(), page)) {
			askAgain();
			return;
		}
		decide(page.entries().size() == known.size()
				&& page.entries().stream().allMatch((entry) -> isSame(known.get(entry.key()), entry)));
	}

	private void askAgain() {
		after(AGAIN + this.random.nextLong(AGAIN));
	}

	private static boolean isSame(@Nullable Entry known, Entry entry) {
		return known != null && known.isSameWrite(entry);
	}

	private void decide(boolean same) {
		if (!same) {
			this.owner.onAnotherPast();
			return;
		}
		this.unproved.removeFirst();
		Runnable waiting = this.then;
		if (!this.unproved.isEmpty()) {
			after(0);
		}
		else if (waiting != null) {
			this.then = null;
			waiting.run();
		}
	}

	private void read(RangeRead read, Consumer<Page> then) {
		this.pending = this.boundary.read(read, new ReadListener() {

			@Override
			public void onPage(Page page) {
				PastCheck.this.pending = null;
				then.accept(page);
			}

			@Override
			public void onFailure(Failure reason) {
				PastCheck.this.pending = null;
				if (reason.kind() == Failure.Kind.COMPACTED) {
					PastCheck.this.owner.onForgottenPast();
				}
				else {
					askAgain();
				}
			}

		});
	}

	/**
	 * Whom it works for.
	 */
	interface Owner {

		/** Etcd has another past. */
		void onAnotherPast();

		/** Etcd does not know any more. */
		void onForgottenPast();

	}

	/**
	 * What was known.
	 *
	 * @param revision the position
	 * @param count how many keys there were
	 * @param all all of them, {@code null} in a large range
	 * @param newest the one that was written last, {@code null} if that is not known
	 */
	private record Past(long revision, long count, @Nullable NavigableMap<Key, Entry> all, @Nullable Entry newest) {
	}

}

package org.etcdevent.backlog;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.KeyRange;
import org.etcdevent.QuietPeriod;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.feed.Change;
import org.etcdevent.feed.FeedSubscriber;
import org.jspecify.annotations.Nullable;

/**
 * A backlog between the loop, which fills it, and the threads that empty it: the lock,
 * and the waiting. Thread-safe. Nothing is called while the lock is held but the backlog,
 * and the loop to note a task: it signals once a turn, and only if somebody waits.
 */
public final class BlockingBacklog implements FeedSubscriber {

	/** Long enough for "no limit", short enough for the clock's arithmetic. */
	public static final Duration FOREVER = Duration.ofDays(36_500);

	private final KeyRange range;

	private final Loop loop;

	private final WatchStateListener listener;

	/** Where the backlog starts, dropped once it has; loop only. */
	private HandledKeys from;

	private final Burst burst;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/**
	 * Guarded by the lock; made on the loop, which alone may read what was handled
	 * before.
	 */
	private @Nullable Backlog backlog;

	/** Guarded by the lock. */
	private int waiting;

	/** Whether the loop is about to wake those who wait; guarded by the lock. */
	private boolean waking;

	/** Whether the listener was notified that all is synced; guarded by the lock. */
	private boolean toldSynced;

	/**
	 * Until when nothing is taken, on the loop's clock, for a cut without keys failed;
	 * {@code null} for no such time. Guarded by the lock.
	 */
	private @Nullable Long putOffUntil;

	/** Guarded by the lock for writes. */
	private volatile boolean closed;

	/**
	 * Whether something may be taken that was not there at the last look. Set on the
	 * loop, reset by who looks, always under the lock.
	 */
	private volatile boolean news;

	public BlockingBacklog(KeyRange range, Loop loop, @Nullable HandledKeys from, QuietPeriod quietPeriod,
			WatchStateListener listener) {
		this.range = range;
		this.loop = loop;
		this.from = (from != null) ? from : new HandledKeys();
		this.burst = new Burst(quietPeriod);
		this.listener = listener;
	}

	// Filled on the loop

	@Override
	public void onSlice(List<Entry> slice) {
		locked(() -> backlog().addSlice(slice));
	}

	@Override
	public void onJoined(long revision) {
		boolean synced = locked(() -> {
			backlog().open(revision);
			wake();
			return isFirstSynced();
		});
		if (synced) {
			this.listener.onSynced();
		}
	}

	@Override
	public void onChanges(List<Change> changes, long revision) {
		boolean synced = locked(() -> {
			backlog().add(changes, revision);
			if (!changes.isEmpty() && backlog().isOpen()) {
				this.burst.changed(this.loop.nanoTime());
			}
			wake();
			return isFirstSynced();
		});
		if (synced) {
			this.listener.onSynced();
		}
	}

	@Override
	public void onState(EtcdWatchState before, EtcdWatchState now, String cause) {
		this.listener.onState(before, now, cause);
	}

	/**
	 * What the consumer has handled, once it is closed and the feed has reported its
	 * last.
	 */
	public void handled(@Nullable NavigableMap<Key, Entry> rangeNow, HandledKeys result) {
		locked(() -> {
			Backlog known = backlog();
			if (rangeNow != null || !known.isOpen()) {
				known.handled((rangeNow != null) ? rangeNow : Map.of(), result);
			}
		});
	}

	private Backlog backlog() {
		if (this.backlog == null) {
			this.backlog = new Backlog(this.from);
			this.from = new HandledKeys();
		}
		return this.backlog;
	}

	/** Not at once: more may come in the same turn of the loop. */
	private void wake() {
		this.news = true;
		if (this.waiting > 0 && !this.waking) {
			this.waking = true;
			this.loop.execute(() -> locked(() -> {
				this.waking = false;
				signal();
			}));
		}
	}

	private void signal() {
		if (this.waiting > 0) {
			this.changed.signalAll();
		}
	}

	// Emptied by the consumer

	/** Takes the first key that is due. */
	public @Nullable Pending poll(long deadline) throws InterruptedException {
		return await(deadline, () -> {
			Backlog known = usable();
			return (known != null) ? known.poll(now(known)) : null;
		}, this::untilRetry);
	}

	/** As {@link #poll}, without waiting. */
	public @Nullable Pending pollNow() {
		return locked(() -> {
			Backlog known = usable();
			return (known != null) ? known.poll(now(known)) : null;
		});
	}

	/**
	 * Takes everything, once something is due and the burst that it is part of is over.
	 */
	public @Nullable Cut pollAll(long deadline, boolean evenIfEmpty) throws InterruptedException {
		return await(deadline, () -> cut(evenIfEmpty), (now) -> {
			long quiet = untilQuiet(now);
			return (quiet > 0) ? quiet : untilRetry(now);
		});
	}

	/** As {@link #pollAll}, without waiting. */
	public @Nullable Cut pollAllNow(boolean evenIfEmpty) {
		return locked(() -> cut(evenIfEmpty));
	}

	private @Nullable Cut cut(boolean evenIfEmpty) {
		Backlog known = usable();
		long now = this.loop.nanoTime();
		if (known == null || !known.isOpen() || untilQuiet(now) > 0) {
			return null;
		}
		this.burst.ended();
		List<Pending> all = known.pollAll(now);
		if (all.isEmpty() && !evenIfEmpty) {
			return null;
		}
		this.putOffUntil = null;
		this.news = false;
		return new Cut(all, known.revision(), new HashSet<>(known.undecodable()));
	}

	/** The time, where anything depends on it: to ask for it costs as much as to poll. */
	private long now(Backlog known) {
		return (known.nextRetry() != Long.MAX_VALUE) ? this.loop.nanoTime() : 0;
	}

	private long untilRetry(long now) {
		long retry = (this.backlog != null) ? this.backlog.nextRetry() : Long.MAX_VALUE;
		return (retry != Long.MAX_VALUE) ? retry - now : Long.MAX_VALUE;
	}

	private long untilQuiet(long now) {
		long quiet = this.burst.left(now);
		return (this.putOffUntil != null) ? Math.max(quiet, this.putOffUntil - now) : quiet;
	}

	/** A cut without keys was not handled: until then nothing is taken. */
	public void putOff(long until) {
		locked(() -> {
			this.putOffUntil = until;
		});
	}

	/** Answers what was taken; without effect once closed. */
	public void answer(List<Pending> taken, Answer answer) {
		boolean synced = locked(() -> {
			if (this.closed || this.backlog == null) {
				return false;
			}
			for (Pending pending : taken) {
				answer.give(this.backlog, pending);
			}
			// Others may wait for a key that is ready or due now.
			signal();
			return isFirstSynced();
		});
		if (synced) {
			this.listener.onSynced();
		}
	}

	private boolean isFirstSynced() {
		boolean first = !this.toldSynced && isSynced();
		this.toldSynced |= first;
		return first;
	}

	/** Waits for a condition on the backlog. */
	public boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
		Boolean met = await(deadline(timeout), () -> {
			usable();
			return condition.getAsBoolean() ? Boolean.TRUE : null;
		}, (now) -> Long.MAX_VALUE);
		return met != null;
	}

	public boolean isOpen() {
		return look(Backlog::isOpen, false);
	}

	public boolean isSynced() {
		return look(Backlog::isSynced, false);
	}

	public long revision() {
		return look((known) -> known.isOpen() ? known.revision() : 0L, 0L);
	}

	public int size() {
		return look(Backlog::size, 0);
	}

	/** How many keys have a latest value that could not be decoded. */
	public int undecodable() {
		return look((backlog) -> backlog.undecodable().size(), 0);
	}

	public long coalesced() {
		return look(Backlog::coalesced, 0L);
	}

	/** Whether something came since everything was last taken. No lock. */
	public boolean hasNews() {
		return this.news;
	}

	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * Wakes all who wait.
	 * @return whether it was not closed before
	 */
	public boolean close() {
		this.lock.lock();
		try {
			boolean first = !this.closed;
			this.closed = true;
			this.changed.signalAll();
			return first;
		}
		finally {
			this.lock.unlock();
		}
	}

	public long deadline(Duration timeout) {
		long now = this.loop.nanoTime();
		long nanos = (timeout.compareTo(FOREVER) < 0) ? timeout.toNanos() : FOREVER.toNanos();
		return now + nanos;
	}

	/**
	 * Attempts something until it has an outcome: now, with each change, and when
	 * something is due by itself.
	 * @return the outcome, {@code null} if the deadline came first
	 */
	private <R> @Nullable R await(long deadline, Supplier<@Nullable R> attempt, LongUnaryOperator untilDue)
			throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (true) {
				R outcome = attempt.get();
				if (outcome != null) {
					return outcome;
				}
				long now = this.loop.nanoTime();
				if (deadline - now <= 0) {
					return null;
				}
				awaitChange(Math.min(deadline - now, Math.max(1, untilDue.applyAsLong(now))));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@SuppressWarnings("WaitNotInLoop") // the caller's
	private void awaitChange(long nanos) throws InterruptedException {
		this.waiting++;
		try {
			this.changed.awaitNanos(nanos);
		}
		finally {
			this.waiting--;
		}
	}

	private @Nullable Backlog usable() {
		if (this.closed) {
			throw new EtcdWatcherClosedException("The consumer of '" + this.range + "' is closed", null);
		}
		return this.backlog;
	}

	private <R> R look(Function<Backlog, R> question, R otherwise) {
		return locked(() -> (this.backlog != null) ? question.apply(this.backlog) : otherwise);
	}

	private void locked(Runnable action) {
		this.lock.lock();
		try {
			action.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	private <R extends @Nullable Object> R locked(Supplier<R> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A consistent cut.
	 *
	 * @param pending what is pending, in flight now
	 * @param revision to which revision it leads
	 * @param undecodable keys that could not be decoded before
	 */
	public record Cut(List<Pending> pending, long revision, Set<Key> undecodable) {
	}

	/**
	 * What becomes of a key that was taken.
	 */
	@FunctionalInterface
	public interface Answer {

		void give(Backlog backlog, Pending pending);

	}

}

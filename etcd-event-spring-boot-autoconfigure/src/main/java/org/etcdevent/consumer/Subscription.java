package org.etcdevent.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdFreshness;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.KeyRange;
import org.etcdevent.QuietPeriod;
import org.etcdevent.WatchProblem;
import org.etcdevent.WatchStatus;
import org.etcdevent.backlog.Backlog;
import org.etcdevent.backlog.BlockingBacklog;
import org.etcdevent.backlog.HandledKeys;
import org.etcdevent.backlog.Pending;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.feed.FeedStatus;
import org.etcdevent.feed.Feeds;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that confirms what it handled: at least once, one key never twice at a time.
 * What is taken must be answered by {@link #handled}, {@link #failed} or
 * {@link #release}; until then its keys are not handed out again. Thread-safe: several
 * threads may take, each gets other keys. Decoding happens on the thread that takes,
 * under no lock.
 *
 * @param <T> the type of the decoded values
 */
public final class Subscription<T> implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Subscription.class);

	private final KeyRange range;

	private final EtcdDecoder<T> decoder;

	private final BlockingBacklog backlog;

	private final Feeds.Membership membership;

	/** A deadline that does not come. */
	private final long never;

	private final AtomicLong decodingErrors = new AtomicLong();

	private volatile @Nullable String lastError;

	/**
	 * What was handled of snapshots, of which the next ones are made; changed by the one
	 * thread that takes them.
	 */
	private final DecodedRange<T> view;

	/** Snapshots without updates; used by the one thread that takes them. */
	private final WholeRetry whole;

	Subscription(Feeds feeds, KeyRange range, EtcdDecoder<T> decoder, @Nullable Checkpoint from,
			QuietPeriod quietPeriod, SubscriptionListener listener) {
		this.range = range;
		this.decoder = decoder;
		this.view = (from != null) ? new DecodedRange<>(from.view()) : new DecodedRange<>();
		this.whole = new WholeRetry(from != null && from.isWholeTold());
		this.backlog = new BlockingBacklog(range, feeds.loop(), (from != null) ? from.keys() : null, quietPeriod,
				listener);
		this.never = this.backlog.deadline(BlockingBacklog.FOREVER);
		this.membership = feeds.join(range, this.backlog);
	}

	/**
	 * Waits for a key that is due and takes its newest change. Changes that cannot be
	 * decoded are reported, counted and skipped.
	 * @return the delivery, of one update
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 * @throws EtcdWatcherClosedException if the subscription is or gets closed
	 */
	public Delivery<T> take() throws InterruptedException {
		Delivery<T> delivery = poll(this.never);
		if (delivery == null) {
			throw new IllegalStateException("The end of time is reached");
		}
		return delivery;
	}

	/**
	 * As {@link #take()}, for a limited time.
	 * @param timeout how long to wait at the most; zero for not at all
	 * @return the delivery, {@code null} if the time ran out
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 * @throws EtcdWatcherClosedException if the subscription is or gets closed
	 */
	public @Nullable Delivery<T> poll(Duration timeout) throws InterruptedException {
		return poll(this.backlog.deadline(timeout));
	}

	private @Nullable Delivery<T> poll(long deadline) throws InterruptedException {
		Pending pending;
		while ((pending = this.backlog.poll(deadline)) != null) {
			Delivery<T> delivery = delivery(pending);
			if (delivery != null) {
				return delivery;
			}
		}
		return null;
	}

	/**
	 * Takes the newest change of a key that is due, without waiting.
	 * @return the delivery, {@code null} if no key is due
	 * @throws EtcdWatcherClosedException if the subscription is closed
	 */
	public @Nullable Delivery<T> pollNow() {
		Pending pending;
		while ((pending = this.backlog.pollNow()) != null) {
			Delivery<T> delivery = delivery(pending);
			if (delivery != null) {
				return delivery;
			}
		}
		return null;
	}

	private @Nullable Delivery<T> delivery(Pending pending) {
		EtcdUpdate<T> update = decode(pending);
		return (update != null) ? new Delivery<>(List.of(pending), List.of(update), update.revision()) : null;
	}

	/**
	 * Waits until something is due and takes all pending updates, up to one revision.
	 * @return the delivery
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 * @throws EtcdWatcherClosedException if the subscription is or gets closed
	 */
	public Delivery<T> takeAll() throws InterruptedException {
		while (true) {
			BlockingBacklog.Cut cut = this.backlog.pollAll(this.backlog.deadline(BlockingBacklog.FOREVER), false);
			Delivery<T> delivery = (cut != null) ? decodeAll(cut) : null;
			if (delivery != null) {
				return delivery;
			}
		}
	}

	/**
	 * As {@link #takeAll()}, without waiting.
	 * @return the delivery, {@code null} if nothing is due
	 * @throws EtcdWatcherClosedException if the subscription is closed
	 */
	public @Nullable Delivery<T> pollAllNow() {
		BlockingBacklog.Cut cut;
		while ((cut = this.backlog.pollAllNow(false)) != null) {
			Delivery<T> delivery = decodeAll(cut);
			if (delivery != null) {
				return delivery;
			}
		}
		return null;
	}

	/** The delivery, or {@code null} if nothing of the cut can be decoded. */
	private @Nullable Delivery<T> decodeAll(BlockingBacklog.Cut cut) {
		Delivery<T> delivery = decode(cut, new HashSet<>(cut.undecodable()));
		return delivery.updates().isEmpty() ? null : delivery;
	}

	/**
	 * Waits until something is due, at first for the initial state even where that is
	 * empty, and takes all pending updates, with a snapshot of the range to that
	 * revision. For one thread at a time.
	 * @return the delivery, whose updates may be empty
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 * @throws EtcdWatcherClosedException if the subscription is or gets closed
	 */
	public Delivery<T> takeSnapshot() throws InterruptedException {
		BlockingBacklog.Cut cut = this.backlog.pollAll(this.backlog.deadline(BlockingBacklog.FOREVER),
				this.whole.isMissing());
		if (cut == null) {
			throw new IllegalStateException("The end of time is reached");
		}
		return decodeWhole(cut);
	}

	/**
	 * As {@link #takeSnapshot()}, without waiting.
	 * @return the delivery, {@code null} if nothing is due
	 * @throws EtcdWatcherClosedException if the subscription is closed
	 */
	public @Nullable Delivery<T> pollSnapshotNow() {
		BlockingBacklog.Cut cut = this.backlog.pollAllNow(this.whole.isMissing());
		return (cut != null) ? decodeWhole(cut) : null;
	}

	/**
	 * Brings the view up to date, for readers to whom reading is handling. Waits for the
	 * initial state only.
	 * @param timeout how long to wait at the most; zero for not at all
	 * @return what was taken, {@code null} if the initial state is not known
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 */
	BlockingBacklog.@Nullable Cut refresh(Duration timeout) throws InterruptedException {
		BlockingBacklog.Cut cut = this.backlog.pollAll(this.backlog.deadline(timeout), true);
		if (cut != null) {
			Set<Key> undecodable = new HashSet<>(cut.undecodable());
			Delivery<T> delivery = decode(cut, undecodable);
			this.view.apply(delivery.updates(), undecodable);
			this.backlog.answer(delivery.pending(), Backlog::handled);
		}
		return cut;
	}

	/** What fails must not be in the view: the key may go back to what was handled. */
	private Delivery<T> decodeWhole(BlockingBacklog.Cut cut) {
		Set<Key> undecodable = new HashSet<>(cut.undecodable());
		Delivery<T> delivery = decode(cut, undecodable);
		DecodedRange<T> next = new DecodedRange<>(this.view);
		next.apply(delivery.updates(), undecodable);
		return delivery.whole(next.snapshot(cut.revision()), undecodable, this.whole.taken());
	}

	/**
	 * The delivery was handled, or is to be skipped.
	 * @param delivery what was taken
	 */
	public void handled(Delivery<T> delivery) {
		Set<Key> undecodable = delivery.undecodable();
		if (undecodable != null) {
			this.view.apply(delivery.updates(), undecodable);
			this.whole.handled();
		}
		this.backlog.answer(delivery.pending(), Backlog::handled);
	}

	/**
	 * The delivery was not handled: its keys are redelivered after a delay, with their
	 * latest state.
	 * @param delivery what was taken
	 * @param delay how long to wait, not negative
	 */
	public void failed(Delivery<T> delivery, Duration delay) {
		long due = this.backlog.deadline(delay);
		boolean withoutKeys = delivery.pending().isEmpty();
		this.whole.failed(withoutKeys);
		if (withoutKeys) {
			this.backlog.putOff(due);
		}
		this.backlog.answer(delivery.pending(), (backlog, pending) -> backlog.failed(pending, due));
	}

	/**
	 * The delivery was never attempted, for the consumer is stopping: it is requeued as
	 * if it had not been taken.
	 * @param delivery what was taken
	 */
	public void release(Delivery<T> delivery) {
		if (delivery.undecodable() != null) {
			this.whole.released(delivery.pending().isEmpty());
		}
		this.backlog.answer(delivery.pending(), Backlog::release);
	}

	/**
	 * Waits until each key of the initial state was attempted, that is: answered.
	 * @param timeout how long to wait at the most
	 * @return {@code true} if they were, {@code false} if the time ran out
	 * @throws InterruptedException if the thread is interrupted
	 * @throws EtcdWatcherClosedException if the subscription is or gets closed
	 */
	public boolean awaitSynced(Duration timeout) throws InterruptedException {
		return this.backlog.await(this.backlog::isSynced, timeout);
	}

	/**
	 * Whether each key of the initial state was attempted.
	 * @return {@code true} once they were
	 */
	public boolean isSynced() {
		return this.backlog.isSynced();
	}

	/**
	 * What there is to know about this consumer now.
	 * @return the status
	 */
	public WatchStatus status() {
		FeedStatus feed = this.membership.status();
		String error = this.lastError;
		if (feed == null) {
			return new WatchStatus(this.range, EtcdWatchState.IDLE, 0, Duration.ZERO, this.backlog.size(), 0, 0,
					Map.of(), 0, this.backlog.coalesced(), this.decodingErrors.get(), this.backlog.undecodable(), error,
					null);
		}
		EtcdFreshness now = feed.freshness();
		return new WatchStatus(this.range, this.backlog.isClosed() ? EtcdWatchState.IDLE : now.state(), now.revision(),
				now.age(), this.backlog.size(), feed.attempts(), feed.reconnects(), feed.resyncs(), feed.received(),
				this.backlog.coalesced(), this.decodingErrors.get(), this.backlog.undecodable(),
				(error != null) ? error : feed.lastError(), problem(feed.failing()));
	}

	private static @Nullable WatchProblem problem(Failure.@Nullable Kind failing) {
		return (failing != null) ? failing.problem() : null;
	}

	/**
	 * Ends the subscription as {@link #close()} does, and returns what was handled. A
	 * delivery that is not answered by then counts as attempted and not handled.
	 * @return what was handled, for a later subscription to an equal range
	 */
	public Checkpoint stop() {
		boolean first = this.backlog.close();
		HandledKeys keys = new HandledKeys();
		if (first) {
			this.membership.leave((range) -> this.backlog.handled(range, keys));
		}
		return new Checkpoint(keys, new DecodedRange<>(this.view), this.whole.isTold());
	}

	/**
	 * Ends the subscription and wakes all who wait on it. Idempotent; late answers are
	 * ignored.
	 */
	@Override
	public void close() {
		if (this.backlog.close()) {
			this.membership.leave();
		}
	}

	BlockingBacklog backlog() {
		return this.backlog;
	}

	DecodedRange<T> view() {
		return this.view;
	}

	private Delivery<T> decode(BlockingBacklog.Cut cut, Set<Key> undecodable) {
		List<Pending> decoded = new ArrayList<>(cut.pending().size());
		List<EtcdUpdate<T>> updates = new ArrayList<>(cut.pending().size());
		for (Pending pending : cut.pending()) {
			undecodable.remove(pending.key());
			EtcdUpdate<T> update = decode(pending);
			if (update != null) {
				decoded.add(pending);
				updates.add(update);
			}
			else {
				undecodable.add(pending.key());
			}
		}
		return new Delivery<>(List.copyOf(decoded), List.copyOf(updates), cut.revision());
	}

	/**
	 * The update, or {@code null} if it cannot be decoded; no bad value may end a watch.
	 */
	private @Nullable EtcdUpdate<T> decode(Pending pending) {
		Entry entry = pending.entry();
		byte[] key = entry.key().bytes();
		byte[] value = entry.value();
		try {
			T decoded = (value != null) ? this.decoder.decode(key, value) : null;
			if (decoded == null && value != null) {
				throw new IllegalStateException("The decoder answered null");
			}
			return EtcdUpdate.of(key, decoded, entry.modRevision(), pending.isInitial(), pending.attempt());
		}
		catch (Throwable ex) {
			report(entry, ex);
			this.backlog.answer(List.of(pending), Backlog::undecodable);
			return null;
		}
	}

	/** Says what failed by its class only: a message could hold the value. */
	private void report(Entry entry, Throwable cause) {
		this.decodingErrors.incrementAndGet();
		String message = "The value of '" + entry.key() + "' at revision " + entry.modRevision()
				+ " cannot be decoded and is skipped: " + cause.getClass().getName();
		this.lastError = message;
		logger.warn(message);
	}

}

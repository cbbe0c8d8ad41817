package org.etcdevent.feed;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.jspecify.annotations.Nullable;

/**
 * What a feed lets others see of itself. Written on the loop, read by any thread.
 */
public final class FeedStatus {

	private final Loop loop;

	private final AtomicLong reconnects = new AtomicLong();

	private final AtomicLong received = new AtomicLong();

	private final Map<String, AtomicLong> resyncs = new ConcurrentHashMap<>();

	private volatile EtcdWatchState state = EtcdWatchState.IDLE;

	private volatile long revision;

	private volatile long confirmedNanos;

	/** Likewise, but by what reports each change, not by a read. Loop only. */
	private long toldNanos;

	/**
	 * As of which revision a read has found the range to be as it was known. Loop only.
	 */
	private long provedAt;

	private volatile int attempts;

	private volatile @Nullable Failure lastFailure;

	FeedStatus(Loop loop) {
		this.loop = loop;
		this.confirmedNanos = loop.nanoTime();
		this.toldNanos = this.confirmedNanos;
	}

	public EtcdWatchState state() {
		return this.state;
	}

	/**
	 * The revision up to which all changes of the range are known and published.
	 * @return the revision, 0 before the first sync
	 */
	public long revision() {
		return this.revision;
	}

	/**
	 * The time since etcd last confirmed the view, or since the feed was started.
	 * @return the age
	 */
	public Duration age() {
		return Duration.ofNanos(Math.max(0, this.loop.nanoTime() - this.confirmedNanos));
	}

	/**
	 * Consecutive failed attempts.
	 * @return the number, 0 when live
	 */
	public int attempts() {
		return this.attempts;
	}

	public long reconnects() {
		return this.reconnects.get();
	}

	/**
	 * How many events came from etcd.
	 * @return the number
	 */
	public long received() {
		return this.received.get();
	}

	/**
	 * How often the range was read again, by reason.
	 * @return a sorted copy
	 */
	public Map<String, Long> resyncs() {
		Map<String, Long> copy = new TreeMap<>();
		this.resyncs.forEach((reason, count) -> copy.put(reason, count.get()));
		return copy;
	}

	public @Nullable String lastError() {
		Failure failure = this.lastFailure;
		return (failure != null) ? failure.message() : null;
	}

	/**
	 * What prevents the watch of the range.
	 * @return the kind of the last failure, {@code null} if the last attempt succeeded
	 */
	public Failure.@Nullable Kind failing() {
		Failure failure = this.lastFailure;
		return (failure != null && this.attempts > 0) ? failure.kind() : null;
	}

	void state(EtcdWatchState to) {
		this.state = to;
	}

	/** A step to what was before a read is not what that read has found. */
	void revision(long to) {
		if (to > this.revision && to < this.provedAt) {
			this.confirmedNanos = this.toldNanos;
		}
		this.revision = to;
	}

	void confirmed() {
		confirmed(this.loop.nanoTime());
	}

	void confirmed(long nanos) {
		this.confirmedNanos = nanos;
		this.toldNanos = nanos;
		this.provedAt = 0;
	}

	/**
	 * A read has found the range as it is known.
	 * @param atRevision as of which revision
	 */
	void proved(long atRevision) {
		this.confirmedNanos = this.loop.nanoTime();
		this.provedAt = atRevision;
	}

	long confirmedNanos() {
		return this.confirmedNanos;
	}

	void failed(int attemptsInARow, Failure failure) {
		this.lastFailure = failure;
		this.attempts = attemptsInARow;
	}

	void recovered() {
		this.attempts = 0;
	}

	void reconnected() {
		this.reconnects.incrementAndGet();
	}

	void resynced(String reason) {
		this.resyncs.computeIfAbsent(reason, (key) -> new AtomicLong()).incrementAndGet();
	}

	void received(int events) {
		this.received.addAndGet(events);
	}

}

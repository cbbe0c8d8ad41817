package org.etcdevent.feed;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.etcdevent.EtcdFreshness;
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

	/** For how long a confirmation keeps a view live. */
	private final long livenessTimeout;

	/** The state, the revision and the confirmation are one observation. */
	private volatile View view;

	private volatile int attempts;

	private volatile @Nullable Failure lastFailure;

	FeedStatus(Loop loop, Duration livenessTimeout) {
		this.loop = loop;
		this.livenessTimeout = livenessTimeout.toNanos();
		this.view = new View(EtcdWatchState.IDLE, 0, loop.nanoTime());
	}

	/**
	 * Where the watch stands, in one observation: the revision up to which all changes of
	 * the range are known and were delivered to all who joined, and the time since a
	 * quorum confirmed that. A view that was not confirmed within the liveness timeout is
	 * never said to be live.
	 * @return the freshness
	 */
	public EtcdFreshness freshness() {
		View now = this.view;
		long age = Math.max(0, this.loop.nanoTime() - now.confirmedNanos());
		boolean stale = now.state() == EtcdWatchState.LIVE && age >= this.livenessTimeout;
		return new EtcdFreshness(now.revision(), Duration.ofNanos(age), stale ? EtcdWatchState.STALE : now.state());
	}

	public EtcdWatchState state() {
		return freshness().state();
	}

	public long revision() {
		return this.view.revision();
	}

	public Duration age() {
		return freshness().age();
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

	/** What was last said of the state, which may be stale by now. Loop only. */
	EtcdWatchState stated() {
		return this.view.state();
	}

	/** Whether the view was confirmed within the liveness timeout. Loop only. */
	boolean isFresh() {
		return this.loop.nanoTime() - this.view.confirmedNanos() < this.livenessTimeout;
	}

	void state(EtcdWatchState to) {
		View now = this.view;
		this.view = new View(to, now.revision(), now.confirmedNanos());
	}

	void revision(long to) {
		View now = this.view;
		this.view = new View(now.state(), to, now.confirmedNanos());
	}

	/** A quorum has confirmed what is known at a time, or later. */
	void confirmed(long nanos) {
		confirmed(this.view.revision(), nanos);
	}

	/** A reading led to a revision. */
	void confirmed(long atRevision, long nanos) {
		View now = this.view;
		this.view = new View(now.state(), atRevision, Math.max(now.confirmedNanos(), nanos));
	}

	long confirmedNanos() {
		return this.view.confirmedNanos();
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

	/**
	 * What is said of the view.
	 */
	private record View(EtcdWatchState state, long revision, long confirmedNanos) {
	}

}

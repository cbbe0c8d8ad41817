package org.etcdevent.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;

/**
 * A watch stream to one member. What is sent arrives late, and in order, or not at all.
 */
final class ModelStream implements WatchStream {

	private static final long CONNECT_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

	/** Nobody writes it. */
	private static final Key OUTSIDE = ModelStore.key("outside");

	private final ModelEtcd etcd;

	private final VirtualLoop loop;

	private final WatchListener listener;

	/** A transport reports by then that it is not connected. */
	private final Loop.Timer connectTimeout;

	/** How long etcd may take to send a new watch what it missed. */
	private final long catchUp;

	/** When the last watch was created, or will be. */
	private long lastCreated;

	/** What was sent before the connection was there. */
	private final Queue<Runnable> unsent = new ArrayDeque<>();

	private final Map<Long, Served> served = new LinkedHashMap<>();

	private boolean connected;

	private boolean over;

	private boolean silent;

	private boolean tokenExpired;

	/** With what the stream ends in the middle of the next revision; null for none. */
	private Failure cutInFragments;

	/** The last revision that the member has, as far as it lags. */
	private long memberHas = Long.MAX_VALUE;

	/** Whether it lags for good. */
	private boolean leftBehind;

	/** The id that a proxy gives to the next watch. */
	private long nextId;

	private long lastUp;

	private long lastDown;

	ModelStream(ModelEtcd etcd, VirtualLoop loop, WatchListener listener) {
		this.etcd = etcd;
		this.loop = loop;
		this.listener = listener;
		this.catchUp = etcd.rates().catchUp().toNanos();
		this.connectTimeout = loop.schedule(CONNECT_TIMEOUT + etcd.loginDelay(),
				() -> refused(new Failure(Kind.TIMEOUT, "no connection in time")));
	}

	// The client's side

	/** Makes fragments of what it likes, also for who did not ask for them. */
	@Override
	public void create(long watchId, KeyRange range, long startRevision, boolean fragments) {
		up(() -> {
			this.lastCreated = Math.max(this.lastCreated, this.loop.nanoTime() + this.etcd.createDelay());
			long delay = this.lastCreated - this.loop.nanoTime();
			if (delay == 0) {
				serve(watchId, range, startRevision);
			}
			else {
				this.loop.schedule(delay, () -> serve(watchId, range, startRevision));
			}
		});
	}

	@Override
	public void cancel(long watchId) {
		up(() -> {
			if (this.served.remove(watchId) != null) {
				Stamp stamp = stamp();
				down((it) -> it.onCanceled(stamp, watchId, new Failure(Kind.OTHER, "canceled")));
			}
		});
	}

	@Override
	public void requestProgress() {
		up(this::answerProgress);
	}

	@Override
	public void read(RangeRead read, ReadListener answer) {
		if (has() < this.etcd.store().revision() || this.leftBehind) {
			this.loop.schedule(read.timeoutNanos(),
					() -> new OpenOnly(answer).onFailure(new Failure(Kind.TIMEOUT, "no answer")));
		}
		else if (!this.silent) {
			this.etcd.read(read, new OpenOnly(answer));
		}
	}

	@Override
	public void requestStatus() {
		up(() -> {
			if (this.etcd.answersStatus()) {
				MemberStatus status = this.etcd.store().status(has(), this.etcd.random(4));
				down((it) -> it.onStatus(status));
			}
		});
	}

	@Override
	public void close() {
		this.over = true;
		this.connectTimeout.cancel();
		this.etcd.gone(this);
	}

	// The network

	void connected() {
		if (!this.over && !this.silent) {
			this.connected = true;
			this.connectTimeout.cancel();
			this.listener.onConnected();
			this.unsent.forEach(this::up);
			this.unsent.clear();
		}
	}

	void refused(Failure reason) {
		if (!this.over) {
			this.over = true;
			this.connectTimeout.cancel();
			this.etcd.gone(this);
			this.etcd.trace().add(() -> "the stream ends: " + reason);
			this.listener.onClosed(reason);
		}
	}

	/** Nothing arrives any more, in either direction, and nobody is told. */
	void goSilent() {
		this.silent = true;
	}

	boolean isSilent() {
		return this.silent;
	}

	/** Ends the stream, after what was sent or before it. */
	void end(Failure reason, boolean afterwards) {
		if (afterwards) {
			down((it) -> refused(reason));
			this.served.clear();
		}
		else {
			refused(reason);
		}
	}

	void cutInFragments(Failure reason) {
		this.cutInFragments = reason;
	}

	void expireToken() {
		this.tokenExpired = true;
	}

	private void up(Runnable message) {
		if (!this.connected) {
			this.unsent.add(message);
			return;
		}
		this.lastUp = arrival(this.lastUp);
		this.loop.schedule(this.lastUp - this.loop.nanoTime(), () -> {
			if (!this.over && !this.silent) {
				message.run();
			}
		});
	}

	private void down(Consumer<WatchListener> message) {
		this.lastDown = arrival(this.lastDown);
		this.loop.schedule(this.lastDown - this.loop.nanoTime(), () -> {
			if (!this.over && !this.silent) {
				this.etcd.heard();
				message.accept(this.listener);
			}
		});
	}

	private long arrival(long notBefore) {
		return Math.max(notBefore, this.loop.nanoTime() + this.etcd.latency());
	}

	// The member's side

	void lagAt(long revision) {
		if (!this.leftBehind) {
			this.memberHas = revision;
		}
	}

	void leaveBehind() {
		lagAt(has());
		this.leftBehind = true;
	}

	boolean isHung() {
		return this.leftBehind;
	}

	boolean isBehind() {
		return this.leftBehind && has() < this.etcd.store().revision();
	}

	private long has() {
		return Math.min(this.memberHas, this.etcd.store().revision());
	}

	private Stamp stamp() {
		return this.etcd.store().stamp(has());
	}

	private void serve(long asked, KeyRange range, long start) {
		if (this.over || this.silent) {
			return;
		}
		Stamp stamp = stamp();
		Failure refusal = this.tokenExpired ? new Failure(Kind.UNAUTHENTICATED, "invalid auth token")
				: this.etcd.refusal(range);
		if (refusal != null) {
			down((it) -> it.onCanceled(stamp, -1, refusal));
			return;
		}
		long id = this.etcd.isProxied() ? this.nextId++ : asked;
		Served watch = new Served(id, range, start);
		this.served.put(id, watch);
		if (this.etcd.isProxied()) {
			// Each in its own time, and by itself where it has such a watch already.
			boolean merged = this.etcd.happens(this.etcd.rates().merges());
			watch.merged = merged && this.etcd.happens(this.etcd.rates().mergesForGood());
			Stamp told = merged ? new Stamp(0, start, 0) : stamp;
			this.loop.schedule(this.etcd.random(this.catchUp), () -> begin(watch, told));
		}
		else {
			begin(watch, stamp);
		}
	}

	private void begin(Served watch, Stamp stamp) {
		if (this.served.get(watch.id) != watch) {
			return;
		}
		down((it) -> {
			this.etcd.trace()
				.add(() -> "watch " + watch.id + " of '" + watch.range + "' from " + watch.first + " at " + stamp);
			it.onCreated(stamp, watch.id);
		});
		watch.begun = true;
		watch.synced = watch.next > has();
		if (!watch.synced) {
			this.loop.schedule(this.etcd.random(this.catchUp), () -> catchUp(watch));
		}
	}

	private void catchUp(Served watch) {
		if (this.served.get(watch.id) != watch || watch.merged) {
			return;
		}
		if (watch.next < this.etcd.store().compacted()) {
			cancel(watch, new Failure(Kind.COMPACTED, "compacted"));
			return;
		}
		watch.synced = true;
		send(watch);
	}

	private void cancel(Served watch, Failure reason) {
		this.served.remove(watch.id);
		Stamp stamp = stamp();
		down((it) -> it.onCanceled(stamp, watch.id, reason));
	}

	/** What can happen to a watch does so after its create was answered. */
	private List<Served> begun() {
		return this.served.values().stream().filter((watch) -> watch.begun).toList();
	}

	/** Cancels one of the watches. */
	void cancelOne(Failure reason) {
		List<Served> all = begun();
		if (!all.isEmpty()) {
			cancel(all.get((int) this.etcd.random(all.size())), reason);
		}
	}

	/** One of the watches falls behind, and catches up after a while. */
	void delayOne(long nanos) {
		List<Served> all = begun();
		if (!all.isEmpty()) {
			Served watch = all.get((int) this.etcd.random(all.size()));
			watch.synced = false;
			this.loop.schedule(nanos, () -> catchUp(watch));
		}
	}

	/** One of the watches gets an event of a key of another range. */
	void eventOutside() {
		Stamp stamp = stamp();
		begun().stream().filter((watch) -> !watch.range.contains(OUTSIDE.bytes())).findFirst().ifPresent((watch) -> {
			Entry event = new Entry(OUTSIDE, new byte[0], stamp.revision() + 1);
			down((it) -> it.onEvents(stamp, watch.id, List.of(event), false));
		});
	}

	/** The member has something new. */
	void pump() {
		if (!this.over) {
			List.copyOf(this.served.values())
				.stream()
				.filter((watch) -> watch.synced && !watch.merged)
				.forEach(this::send);
		}
	}

	/** What is new is lost. */
	void skip() {
		this.served.values().stream().filter((watch) -> watch.synced).forEach((watch) -> watch.next = has() + 1);
	}

	private void send(Served watch) {
		List<Entry> events = new ArrayList<>();
		long last = has();
		for (long revision = watch.next; revision <= last; revision++) {
			for (Entry event : this.etcd.store().current().eventsAt(revision)) {
				boolean lost = watch.isNew && revision == watch.first && this.etcd.isLost(event);
				if (watch.range.contains(event.key().bytes()) && !lost) {
					events.add(event);
				}
			}
		}
		watch.isNew = false;
		watch.next = Math.max(watch.next, last + 1);
		Stamp stamp = stamp();
		tell(watch, stamp, events);
		if (this.etcd.repeats()) {
			tell(watch, stamp, events);
		}
	}

	private void tell(Served watch, Stamp stamp, List<Entry> all) {
		List<Entry> events = all;
		while (!events.isEmpty()) {
			int end = this.etcd.fragments() ? 1 + (int) this.etcd.random(events.size()) : events.size();
			List<Entry> part = List.copyOf(events.subList(0, end));
			boolean fragment = end < events.size();
			down((it) -> {
				this.etcd.trace().add(() -> "watch " + watch.id + " gets " + part + (fragment ? " and more" : ""));
				it.onEvents(stamp, watch.id, part, fragment);
			});
			if (fragment && this.etcd.happens(this.etcd.rates().progressInFragments())) {
				down((it) -> it.onProgress(stamp, watch.id, true));
			}
			events = events.subList(end, events.size());
			if (fragment && this.cutInFragments != null) {
				end(this.cutInFragments, true);
				return;
			}
		}
	}

	private void answerProgress() {
		boolean ordered = this.etcd.isOrdered();
		boolean synced = this.served.values().stream().allMatch((watch) -> watch.synced);
		if (this.etcd.answersProgress() && !this.etcd.isProxied() && (synced || !ordered)) {
			Stamp stamp = stamp();
			// Etcd answers creates on a way of their own, which may be the shorter one.
			long delay = this.etcd.random(this.catchUp / 10) + this.etcd.progressDelay();
			this.loop.schedule(delay, () -> down((it) -> it.onProgress(stamp, -1, ordered)));
		}
	}

	void tellProgress() {
		Stamp stamp = stamp();
		this.served.values()
			.stream()
			.filter((watch) -> watch.synced && !watch.merged && watch.next > stamp.revision())
			.forEach((watch) -> down((it) -> it.onProgress(stamp, watch.id, true)));
	}

	int watches() {
		return this.served.size();
	}

	private static final class Served {

		private final long id;

		private final KeyRange range;

		private final long first;

		private long next;

		/** Whether its create was answered; a proxy takes its time. */
		private boolean begun;

		private boolean synced;

		/** Whether a proxy has merged it with one that is over, and will tell nothing. */
		private boolean merged;

		/** Whether it was not sent what it missed before it was created. */
		private boolean isNew = true;

		Served(long id, KeyRange range, long next) {
			this.id = id;
			this.range = range;
			this.first = next;
			this.next = next;
		}

	}

	/** Passes an answer on unless the stream was closed or is silent. */
	private final class OpenOnly implements ReadListener {

		private final ReadListener listener;

		OpenOnly(ReadListener listener) {
			this.listener = listener;
		}

		@Override
		public void onPage(Page page) {
			if (!ModelStream.this.over && !ModelStream.this.silent) {
				ModelStream.this.etcd.heard();
				this.listener.onPage(page);
			}
		}

		@Override
		public void onFailure(Failure reason) {
			if (!ModelStream.this.over) {
				this.listener.onFailure(reason);
			}
		}

	}

}

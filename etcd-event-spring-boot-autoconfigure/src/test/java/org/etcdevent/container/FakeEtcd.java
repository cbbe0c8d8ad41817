package org.etcdevent.container;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.etcdevent.KeyRange;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.etcdevent.listener.EtcdWatchSettings;
import org.etcdevent.listener.EtcdWatchStartup;
import org.etcdevent.listener.RetrySettings;

import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * An etcd in memory, behind the interface of the transport: what is above it is real. It
 * keeps all its history, so that nothing is ever compacted.
 */
public final class FakeEtcd implements EtcdTransport {

	private final FakeLoop loop = new FakeLoop();

	private final Feeds feeds = new Feeds(this, this.loop, new SplittableRandom(), FeedSettings.defaults());

	/** All that was ever written, in order. On the loop only, as what follows. */
	private final List<Entry> history = new ArrayList<>();

	/** What is to be answered once etcd speaks again. */
	private final List<Runnable> unanswered = new ArrayList<>();

	private long revision = 1;

	private boolean silent;

	private boolean reachable = true;

	private FakeStream stream;

	/** What is watched now, by id. */
	private final Map<Long, KeyRange> watches = new ConcurrentHashMap<>();

	FeedValues values() {
		return new FeedValues(this.feeds, WatchTestContext::decoder, Duration.ofSeconds(5));
	}

	Collection<KeyRange> watched() {
		return this.watches.values();
	}

	public FakeEtcd put(String key, String value) {
		return write(Map.of(key, value), List.of());
	}

	public FakeEtcd delete(String key) {
		return write(Map.of(), List.of(key));
	}

	/** All in one transaction. */
	FakeEtcd write(Map<String, String> puts, List<String> deletions) {
		return onLoop(() -> {
			this.revision++;
			List<Entry> events = new ArrayList<>();
			new TreeMap<>(puts)
				.forEach((key, value) -> events.add(new Entry(key(key), bytes(value), FakeEtcd.this.revision)));
			deletions.forEach((key) -> events.add(new Entry(key(key), null, FakeEtcd.this.revision)));
			this.history.addAll(events);
			this.watches.forEach((id, range) -> tell(id, range, events));
		});
	}

	private void tell(long id, KeyRange range, List<Entry> events) {
		List<Entry> followed = events.stream().filter((event) -> range.contains(event.key().bytes())).toList();
		if (!followed.isEmpty()) {
			this.stream.listener.onEvents(stamp(), id, followed, false);
		}
	}

	/** From here on no read is answered. */
	FakeEtcd silence() {
		return onLoop(() -> this.silent = true);
	}

	FakeEtcd speak() {
		return onLoop(() -> {
			this.silent = false;
			this.unanswered.forEach(Runnable::run);
			this.unanswered.clear();
		});
	}

	/** The connection is lost, and does not come back. */
	FakeEtcd cut() {
		return onLoop(() -> {
			this.reachable = false;
			this.watches.clear();
			if (this.stream != null) {
				this.stream.listener.onClosed(unavailable());
			}
		});
	}

	FakeEtcd heal() {
		return onLoop(() -> this.reachable = true);
	}

	/** Waits until the loop has done what it was given so far. */
	public void settle() throws InterruptedException {
		CountDownLatch done = new CountDownLatch(1);
		this.loop.execute(done::countDown);
		done.await();
	}

	private FakeEtcd onLoop(Runnable task) {
		this.loop.execute(task);
		return this;
	}

	@Override
	public WatchStream open(WatchListener listener) {
		this.stream = new FakeStream(listener);
		this.stream.answer(() -> {
			if (this.reachable) {
				listener.onConnected();
			}
			else {
				listener.onClosed(unavailable());
			}
		});
		return this.stream;
	}

	@Override
	public Loop.Timer read(RangeRead read, ReadListener listener) {
		return answer(listener, () -> {
			List<Entry> found = state((read.revision() > 0) ? read.revision() : this.revision)
				.filter((entry) -> contains(read, entry.key().bytes()))
				.toList();
			List<Entry> told = switch (read.detail()) {
				case ALL -> found;
				case KEYS ->
					found.stream().map((entry) -> new Entry(entry.key(), new byte[0], entry.modRevision())).toList();
				case COUNT, NEWEST -> List.of();
			};
			return new Page(stamp(), told, false, found.size(), 1);
		});
	}

	private static boolean contains(RangeRead read, byte[] key) {
		return (read.end().length == 0) ? KeyRange.key(read.start()).contains(key)
				: KeyRange.between(read.start(), read.end()).contains(key);
	}

	@Override
	public Loop.Timer readKeys(List<Key> keys, long atRevision, long timeoutNanos, ReadListener listener) {
		return answer(listener, () -> {
			List<Entry> found = state(atRevision).filter((entry) -> keys.contains(entry.key())).toList();
			return new Page(stamp(), found, false, found.size(), 1);
		});
	}

	private Stream<Entry> state(long atRevision) {
		Map<Key, Entry> state = new TreeMap<>();
		this.history.stream()
			.filter((entry) -> entry.modRevision() <= atRevision)
			.forEach((entry) -> state.put(entry.key(), entry));
		return state.values().stream().filter((entry) -> !entry.isTombstone());
	}

	private Loop.Timer answer(ReadListener listener, Supplier<Page> page) {
		boolean[] canceled = new boolean[1];
		Runnable answer = () -> {
			if (!canceled[0] && this.reachable) {
				listener.onPage(page.get());
			}
			else if (!canceled[0]) {
				listener.onFailure(unavailable());
			}
		};
		this.loop.execute(() -> {
			if (this.silent) {
				this.unanswered.add(answer);
			}
			else {
				answer.run();
			}
		});
		return () -> canceled[0] = true;
	}

	private Stamp stamp() {
		return new Stamp(1, this.revision, 1);
	}

	private static Failure unavailable() {
		return new Failure(Failure.Kind.UNAVAILABLE, "the connection is cut");
	}

	private static Key key(String text) {
		return new Key(bytes(text));
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	public static <E> List<E> list() {
		return new CopyOnWriteArrayList<>();
	}

	/**
	 * Makes virtual threads where there are any, so that on a newer JDK the tests run on
	 * those.
	 */
	static ThreadFactory threads() {
		return isVirtual() ? new VirtualThreadTaskExecutor().getVirtualThreadFactory() : Thread::new;
	}

	static boolean isVirtual() {
		return Runtime.version().feature() >= 21;
	}

	static EtcdWatchSettings settings() {
		return settings(EtcdWatchStartup.WAIT, Duration.ofSeconds(10));
	}

	static EtcdWatchSettings settings(EtcdWatchStartup startup, Duration startupTimeout) {
		return new EtcdWatchSettings(new RetrySettings(Duration.ofMillis(10), 2, Duration.ofMillis(50), 0), startup,
				startupTimeout, Duration.ofSeconds(5), Duration.ofSeconds(30));
	}

	private final class FakeStream implements WatchStream {

		private final WatchListener listener;

		private boolean closed;

		FakeStream(WatchListener listener) {
			this.listener = listener;
		}

		void answer(Runnable answer) {
			FakeEtcd.this.loop.execute(() -> {
				if (!this.closed) {
					answer.run();
				}
			});
		}

		@Override
		public void create(long watchId, KeyRange range, long startRevision, boolean fragments) {
			answer(() -> {
				FakeEtcd.this.watches.put(watchId, range);
				this.listener.onCreated(stamp(), watchId);
				tell(watchId, range,
						FakeEtcd.this.history.stream()
							.filter((entry) -> entry.modRevision() >= startRevision)
							.toList());
			});
		}

		@Override
		public void cancel(long watchId) {
			FakeEtcd.this.watches.remove(watchId);
		}

		@Override
		public void requestProgress() {
			answer(() -> this.listener.onProgress(stamp(), -1, true));
		}

		@Override
		public void read(RangeRead read, ReadListener confirmed) {
			FakeEtcd.this.read(read, confirmed);
		}

		@Override
		public void requestStatus() {
			// It has no raft log.
		}

		@Override
		public void close() {
			this.closed = true;
			FakeEtcd.this.watches.clear();
		}

	}

}

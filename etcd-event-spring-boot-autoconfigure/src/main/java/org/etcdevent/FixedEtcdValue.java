package org.etcdevent;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A value that never changes.
 *
 * @param <T> the type of the values
 */
final class FixedEtcdValue<T> implements EtcdValue<T> {

	private static final long REVISION = 1;

	private final KeyRange range;

	private final EtcdSnapshot<T> snapshot;

	FixedEtcdValue(KeyRange range, Map<String, T> entries) {
		entries.keySet().forEach((key) -> requireInRange(range, key));
		this.range = range;
		this.snapshot = EtcdSnapshot.of(REVISION, entries);
	}

	@Override
	public KeyRange range() {
		return this.range;
	}

	@Override
	public Optional<T> get() {
		if (!this.range.isSingleKey()) {
			throw new IllegalStateException("'" + this.range + "' is a range: use get(key) or snapshot()");
		}
		return this.snapshot.entries().values().stream().findFirst();
	}

	@Override
	public Optional<T> get(String key) {
		requireInRange(this.range, key);
		return this.snapshot.get(key);
	}

	@Override
	public EtcdSnapshot<T> snapshot() {
		return this.snapshot;
	}

	@Override
	public boolean await(long revision, Duration timeout) {
		return true;
	}

	@Override
	public EtcdFreshness freshness() {
		return new EtcdFreshness(REVISION, Duration.ZERO, EtcdWatchState.LIVE);
	}

	@Override
	public EtcdWatcher<T> watch() {
		return new FixedWatcher<>(this.snapshot);
	}

	@Override
	public void close() {
	}

	private static void requireInRange(KeyRange range, String key) {
		byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
		if (!range.contains(bytes)) {
			throw new IllegalArgumentException(
					"The key '" + KeyRange.printable(bytes) + "' is not in the range '" + range + "'");
		}
	}

	private static final class FixedWatcher<T> implements EtcdWatcher<T> {

		private final Queue<EtcdUpdate<T>> pending = new ArrayDeque<>();

		private final CountDownLatch closed = new CountDownLatch(1);

		FixedWatcher(EtcdSnapshot<T> snapshot) {
			snapshot.entries()
				.forEach((key, value) -> this.pending
					.add(EtcdUpdate.of(key.getBytes(StandardCharsets.UTF_8), value, REVISION, true, 1)));
		}

		@Override
		public EtcdUpdate<T> take() throws InterruptedException {
			return take((update) -> true);
		}

		@Override
		public EtcdUpdate<T> take(Predicate<? super EtcdUpdate<T>> predicate) throws InterruptedException {
			EtcdUpdate<T> update;
			while ((update = poll()) != null) {
				if (predicate.test(update)) {
					return update;
				}
			}
			this.closed.await();
			throw closed();
		}

		@Override
		public @Nullable EtcdUpdate<T> poll() {
			if (this.closed.getCount() == 0) {
				throw closed();
			}
			return this.pending.poll();
		}

		@Override
		public @Nullable EtcdUpdate<T> poll(Duration timeout) throws InterruptedException {
			EtcdUpdate<T> update = poll();
			if (update == null && this.closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
				throw closed();
			}
			return update;
		}

		@Override
		public boolean awaitSynced(Duration timeout) {
			if (this.closed.getCount() == 0) {
				throw closed();
			}
			return true;
		}

		@Override
		public void close() {
			this.closed.countDown();
		}

		private static EtcdWatcherClosedException closed() {
			return new EtcdWatcherClosedException("The watcher is closed", null);
		}

	}

}

package org.etcdevent.consumer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.etcdevent.EtcdDecodingException;
import org.etcdevent.EtcdFreshness;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.backlog.BlockingBacklog;
import org.etcdevent.etcd.Key;
import org.jspecify.annotations.Nullable;

/**
 * A value over a subscription of its own. A reader that finds news takes them in and
 * decodes them on its own thread; where there are none, reading takes no lock.
 *
 * @param <T> the type of the decoded values
 */
final class FeedValue<T> implements EtcdValue<T>, StatusSource {

	private final KeyRange range;

	private final Subscription<T> subscription;

	private final Supplier<Subscription<T>> watches;

	private final Duration syncTimeout;

	private final Consumer<FeedValue<T>> closed;

	/**
	 * Held by the reader that takes news in, while it decodes too: other readers of this
	 * value wait for the same outcome rather than decode the same bytes.
	 */
	private final ReentrantLock reading = new ReentrantLock();

	/**
	 * Whether a reader has taken news that the view does not show yet: a reader that was
	 * notified of them must wait for it. Written under the lock.
	 */
	private volatile boolean takingIn;

	/** Whether the initial state was taken in. Written under the lock. */
	private volatile boolean known;

	/** What the view shows. Guarded by the lock. */
	private long revision;

	/**
	 * The newest snapshot, {@code null} if none was asked for since the last change.
	 * Written under the lock.
	 */
	private volatile @Nullable EtcdSnapshot<T> snapshot;

	FeedValue(KeyRange range, Duration syncTimeout, Supplier<Subscription<T>> subscriptions,
			Consumer<FeedValue<T>> closed) {
		this.range = range;
		this.closed = closed;
		this.syncTimeout = syncTimeout;
		this.watches = subscriptions;
		this.subscription = subscriptions.get();
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
		return get(new Key(this.range.start()));
	}

	@Override
	public Optional<T> get(String key) {
		byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
		if (!this.range.contains(bytes)) {
			throw new IllegalArgumentException(
					"The key '" + new Key(bytes) + "' is not in the range '" + this.range + "'");
		}
		return get(new Key(bytes));
	}

	private Optional<T> get(Key key) {
		refresh();
		T value = this.subscription.view().get(key);
		if (value == null && this.subscription.view().isUndecodable(key)) {
			throw new EtcdDecodingException("The value of '" + key
					+ "' cannot be decoded, and no earlier valid value is available: the log names its revision", null);
		}
		return Optional.ofNullable(value);
	}

	@Override
	public EtcdSnapshot<T> snapshot() {
		refresh();
		EtcdSnapshot<T> newest = this.snapshot;
		if (newest != null) {
			return newest;
		}
		this.reading.lock();
		try {
			newest = this.snapshot;
			if (newest == null) {
				newest = this.subscription.view().snapshot(this.revision);
				this.snapshot = newest;
			}
			return newest;
		}
		finally {
			this.reading.unlock();
		}
	}

	private void refresh() {
		BlockingBacklog backlog = this.subscription.backlog();
		if (this.known && !backlog.hasNews() && !this.takingIn && !backlog.isClosed()) {
			return;
		}
		this.reading.lock();
		try {
			this.takingIn = true;
			takeIn();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			if (!this.known) {
				throw new EtcdSyncTimeoutException(
						"The wait for the initial state of '" + this.range + "' was interrupted", ex);
			}
		}
		finally {
			this.takingIn = false;
			this.reading.unlock();
		}
	}

	private void takeIn() throws InterruptedException {
		BlockingBacklog.Cut cut = this.subscription.refresh(this.known ? Duration.ZERO : this.syncTimeout);
		if (cut == null) {
			throw new ValueSyncTimeoutException(this.syncTimeout, this.subscription.status());
		}
		if (!this.known || !cut.pending().isEmpty()) {
			this.revision = cut.revision();
			this.snapshot = null;
			this.known = true;
		}
	}

	@Override
	public boolean await(long revision, Duration timeout) throws InterruptedException {
		BlockingBacklog backlog = this.subscription.backlog();
		return backlog.await(() -> backlog.revision() >= revision, timeout);
	}

	@Override
	public EtcdFreshness freshness() {
		WatchStatus status = this.subscription.status();
		return new EtcdFreshness(status.revision(), status.age(), status.state());
	}

	@Override
	public WatchStatus status() {
		return this.subscription.status();
	}

	@Override
	public EtcdWatcher<T> watch() {
		if (this.subscription.backlog().isClosed()) {
			throw new EtcdWatcherClosedException("The value of '" + this.range + "' is closed", null);
		}
		return new FeedWatcher<>(this.watches.get());
	}

	@Override
	public void close() {
		this.subscription.close();
		this.closed.accept(this);
	}

}

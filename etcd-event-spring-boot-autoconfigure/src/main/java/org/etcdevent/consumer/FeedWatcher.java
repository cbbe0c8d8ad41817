package org.etcdevent.consumer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.backlog.BlockingBacklog;
import org.jspecify.annotations.Nullable;

/**
 * A watcher over a subscription: what is taken is handled.
 *
 * @param <T> the type of the decoded values
 */
final class FeedWatcher<T> implements EtcdWatcher<T> {

	private final Subscription<T> subscription;

	/** The thread whose call is under way. */
	private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();

	FeedWatcher(Subscription<T> subscription) {
		this.subscription = subscription;
	}

	@Override
	public EtcdUpdate<T> take() throws InterruptedException {
		return take((update) -> true);
	}

	@Override
	public EtcdUpdate<T> take(Predicate<? super EtcdUpdate<T>> predicate) throws InterruptedException {
		enter();
		try {
			while (true) {
				EtcdUpdate<T> update = next(BlockingBacklog.FOREVER);
				if (update != null && predicate.test(update)) {
					return update;
				}
			}
		}
		finally {
			this.user.set(null);
		}
	}

	@Override
	public @Nullable EtcdUpdate<T> poll() {
		boolean interrupted = Thread.interrupted();
		try {
			return poll(Duration.ZERO);
		}
		catch (InterruptedException ex) {
			interrupted = true;
			return null;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public @Nullable EtcdUpdate<T> poll(Duration timeout) throws InterruptedException {
		enter();
		try {
			return next(timeout);
		}
		finally {
			this.user.set(null);
		}
	}

	private @Nullable EtcdUpdate<T> next(Duration timeout) throws InterruptedException {
		Delivery<T> delivery = this.subscription.poll(timeout);
		if (delivery == null) {
			return null;
		}
		this.subscription.handled(delivery);
		return delivery.update();
	}

	@Override
	public boolean awaitSynced(Duration timeout) throws InterruptedException {
		enter();
		try {
			BlockingBacklog backlog = this.subscription.backlog();
			return backlog.await(backlog::isOpen, timeout);
		}
		finally {
			this.user.set(null);
		}
	}

	@Override
	public void close() {
		this.subscription.close();
	}

	private void enter() {
		if (!this.user.compareAndSet(null, Thread.currentThread())) {
			throw new IllegalStateException("A watcher is for one thread at a time: another call is under way");
		}
	}

}

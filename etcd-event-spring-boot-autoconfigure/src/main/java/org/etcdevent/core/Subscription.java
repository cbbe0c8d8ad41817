package org.etcdevent.core;

import java.time.Duration;

/**
 * A consumer that confirms what it handled: at least once, one key never twice at a time.
 * What is taken must be answered by {@link #handled} or {@link #failed}; until then its
 * keys are not handed out again. Thread-safe: several threads may take, each gets other
 * keys.
 *
 * @param <T> the type of the decoded values
 */
public final class Subscription<T> implements AutoCloseable {

	/**
	 * Waits for a key that is due and takes its newest change. Changes that cannot be
	 * decoded are reported, counted and passed over.
	 * @return the delivery, of one update
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 * @throws org.etcdevent.EtcdWatcherClosedException if the subscription is or gets
	 * closed
	 */
	public Delivery<T> take() throws InterruptedException {
		throw new UnsupportedOperationException();
	}

	/**
	 * Waits until something is due and takes everything that is pending, to one revision.
	 * @return the delivery
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 * @throws org.etcdevent.EtcdWatcherClosedException if the subscription is or gets
	 * closed
	 */
	public Delivery<T> takeAll() throws InterruptedException {
		throw new UnsupportedOperationException();
	}

	/**
	 * Waits until something is due, at first for the first state even where that is
	 * empty, and takes everything that is pending, with a snapshot of the range to that
	 * revision.
	 * @return the delivery, whose updates may be empty
	 * @throws InterruptedException if the thread is interrupted; nothing is lost
	 * @throws org.etcdevent.EtcdWatcherClosedException if the subscription is or gets
	 * closed
	 */
	public Delivery<T> takeSnapshot() throws InterruptedException {
		throw new UnsupportedOperationException();
	}

	/**
	 * The delivery was handled, or is to be skipped.
	 * @param delivery what was taken
	 */
	public void handled(Delivery<T> delivery) {
		throw new UnsupportedOperationException();
	}

	/**
	 * The delivery was not handled: its keys come again after a delay, with their newest
	 * state.
	 * @param delivery what was taken
	 * @param delay how long to wait, not negative; zero hands it back at once
	 */
	public void failed(Delivery<T> delivery, Duration delay) {
		throw new UnsupportedOperationException();
	}

	/**
	 * The delivery was never attempted, for the consumer is stopping: it goes back as if
	 * it had not been taken.
	 * @param delivery what was taken
	 */
	public void release(Delivery<T> delivery) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Waits until each key of the first state was attempted (answered by {@link #handled}
	 * or {@link #failed}).
	 * @param timeout how long to wait at the most
	 * @return {@code true} if they were, {@code false} if the time ran out
	 * @throws InterruptedException if the thread is interrupted
	 * @throws org.etcdevent.EtcdWatcherClosedException if the subscription is or gets
	 * closed
	 */
	public boolean awaitSynced(Duration timeout) throws InterruptedException {
		throw new UnsupportedOperationException();
	}

	/**
	 * Whether each key of the first state was attempted.
	 * @return {@code true} once they were
	 */
	public boolean isSynced() {
		throw new UnsupportedOperationException();
	}

	public WatchStatus status() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Ends the subscription as {@link #close()} does, and tells what was handled. A
	 * delivery that is not answered by then counts as attempted and not handled.
	 * @return what was handled, for a later subscription
	 */
	public Handled stop() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Ends the subscription and wakes all who wait on it. Idempotent; late answers are
	 * ignored.
	 */
	@Override
	public void close() {
		throw new UnsupportedOperationException();
	}

}

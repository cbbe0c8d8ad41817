package org.etcdevent;

import java.time.Duration;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A pull consumer of a range: first every key as of one revision, then what changes,
 * coalesced to at most one pending update per key. Taking is handling: what was taken is
 * not delivered again.
 * <p>
 * For one thread at a time: a call while another is under way is refused with an
 * {@link IllegalStateException}. An interrupted call leaves the watcher usable, nothing
 * lost. {@link #close()} may come from any thread and wakes a waiting call at once.
 *
 * @param <T> the type of the decoded values
 */
public interface EtcdWatcher<T> extends AutoCloseable {

	/**
	 * Waits for the next update.
	 * @return the update
	 * @throws InterruptedException if the thread is interrupted
	 * @throws EtcdWatcherClosedException if the watcher is or gets closed
	 */
	EtcdUpdate<T> take() throws InterruptedException;

	/**
	 * Waits for the next update that satisfies a condition. Those that do not are taken
	 * and dropped.
	 * @param predicate the condition
	 * @return the update
	 * @throws InterruptedException if the thread is interrupted
	 * @throws EtcdWatcherClosedException if the watcher is or gets closed
	 */
	EtcdUpdate<T> take(Predicate<? super EtcdUpdate<T>> predicate) throws InterruptedException;

	/**
	 * The next update if one is pending now.
	 * @return the update, or {@code null} if there is none
	 * @throws EtcdWatcherClosedException if the watcher is closed
	 */
	@Nullable EtcdUpdate<T> poll();

	/**
	 * Waits for the next update for a limited time.
	 * @param timeout how long to wait at the most
	 * @return the update, or {@code null} if the time ran out
	 * @throws InterruptedException if the thread is interrupted
	 * @throws EtcdWatcherClosedException if the watcher is or gets closed
	 */
	@Nullable EtcdUpdate<T> poll(Duration timeout) throws InterruptedException;

	/**
	 * Waits until the initial state is known, so that {@link #poll()} returns it.
	 * @param timeout how long to wait at the most
	 * @return {@code true} if it is known, {@code false} if the time ran out
	 * @throws InterruptedException if the thread is interrupted
	 * @throws EtcdWatcherClosedException if the watcher is or gets closed
	 */
	boolean awaitSynced(Duration timeout) throws InterruptedException;

	/**
	 * Ends the watcher. Idempotent.
	 */
	@Override
	void close();

}

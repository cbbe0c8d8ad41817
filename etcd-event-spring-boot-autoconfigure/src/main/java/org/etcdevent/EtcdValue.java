package org.etcdevent;

import java.time.Duration;
import java.util.Optional;

/**
 * The current value of a key, or of all keys of a range, in etcd. Reads are local: they
 * show the latest state that etcd reported, through every fault of the connection, and
 * {@link #freshness()} says how old that may be. The first read waits for the first sync,
 * at most {@code etcd.event.sync-timeout}.
 * <p>
 * Thread-safe and cheap: all values and watches of equal ranges in an application share
 * one watch and one copy of the keys.
 *
 * @param <T> the type of the decoded values
 */
public interface EtcdValue<T> extends AutoCloseable {

	/**
	 * The range of this value.
	 * @return the range
	 */
	KeyRange range();

	/**
	 * The latest value of the single key of this value.
	 * @return the value, or empty if the key is not there
	 * @throws IllegalStateException if this is the value of a range instead of one key
	 * @throws EtcdSyncTimeoutException if nothing is known yet
	 * @throws EtcdDecodingException if the value cannot be decoded, and no earlier valid
	 * value is available
	 */
	Optional<T> get();

	/**
	 * The newest value of one key of the range.
	 * @param key the key, in UTF-8
	 * @return the value, or empty if the key is not there
	 * @throws IllegalArgumentException if the key is not in the range
	 * @throws EtcdSyncTimeoutException if nothing is known yet
	 * @throws EtcdDecodingException if the value cannot be decoded, and no earlier valid
	 * value is available
	 */
	Optional<T> get(String key);

	/**
	 * Everything in the range as of one revision. The same instance is answered until
	 * something changes.
	 * @return the snapshot
	 * @throws EtcdSyncTimeoutException if nothing is known yet
	 */
	EtcdSnapshot<T> snapshot();

	/**
	 * Waits until the changes up to a revision are known, so that one reads what one
	 * wrote: the revision is in the header of the answer to the write.
	 * @param revision the etcd revision to wait for
	 * @param timeout how long to wait at the most
	 * @return {@code true} if they are known, {@code false} if the time ran out
	 * @throws InterruptedException if the thread is interrupted; the value stays usable
	 */
	boolean await(long revision, Duration timeout) throws InterruptedException;

	/**
	 * How fresh the answers are.
	 * @return the revision, its age, and where the watch stands
	 */
	EtcdFreshness freshness();

	/**
	 * A consumer of its own, which receives every key once and then what changes.
	 * @return a new watcher, to be closed by the caller
	 */
	EtcdWatcher<T> watch();

	/**
	 * Ends this value; watchers made by it go on. Who reads it from now on gets an
	 * {@link EtcdWatcherClosedException}. Idempotent.
	 */
	@Override
	void close();

}

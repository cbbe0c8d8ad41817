package org.etcdevent.listener;

import java.time.Duration;
import java.util.List;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about one watch at a moment. The counters count from the
 * registration of the watch, through stops and starts.
 *
 * @param id the id of the watch
 * @param range the range that it watches
 * @param running whether it is started
 * @param paused whether it is paused
 * @param watch where it stands in etcd, {@code null} if it is not running
 * @param delivered how many calls succeeded
 * @param failed how many calls failed and are or were to be retried
 * @param skipped how many calls failed and were given up
 * @param currentCall how long the longest running call has taken so far, {@code null} if
 * none is running
 * @param threads the names of its threads
 * @param stopCause why it stopped by itself, {@code null} if it did not
 */
public record EtcdWatchContainerStatus(String id, KeyRange range, boolean running, boolean paused,
		@Nullable WatchStatus watch, long delivered, long failed, long skipped, @Nullable Duration currentCall,
		List<String> threads, @Nullable String stopCause) {

	/**
	 * Where the watch stands.
	 * @return the state, {@link EtcdWatchState#IDLE} if it is not running
	 */
	public EtcdWatchState state() {
		return (this.watch != null) ? this.watch.state() : EtcdWatchState.IDLE;
	}

}

package org.etcdevent.samples.flags.console;

import java.time.Duration;
import java.util.List;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.WatchStatus;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.samples.flags.EventLog;
import org.etcdevent.samples.flags.FlagBoard;
import org.etcdevent.samples.flags.demo.DemoState;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the page shows, at one moment.
 *
 * @param flags the flags
 * @param watches the watches
 * @param events what happened last, the newest first
 * @param demo what is broken on purpose, {@code null} if nothing can be
 */
record ConsoleState(List<FlagBoard.Entry> flags, List<Watch> watches, List<EventLog.Event> events,
		@Nullable DemoState demo) {

	/** The number of the newest event, 0 for none. */
	long newestEvent() {
		return this.events.isEmpty() ? 0 : this.events.get(0).number();
	}

	/**
	 * A watch.
	 *
	 * @param id its id
	 * @param range what it follows
	 * @param state where it stands in etcd
	 * @param paused whether it begins no new call
	 * @param revision the revision up to which all changes are known
	 * @param ageMillis the time since etcd last confirmed that, in milliseconds
	 * @param backlog how many keys have changes that are not handled
	 * @param received how many events came from etcd
	 * @param coalesced how many changes were folded away before they were handled
	 * @param delivered how many calls succeeded
	 * @param failed how many calls failed
	 * @param reconnects how often the connection was restored
	 * @param resyncs how often the range was read again
	 * @param lastError what went wrong last, {@code null} for nothing
	 */
	record Watch(String id, String range, EtcdWatchState state, boolean paused, long revision, long ageMillis,
			int backlog, long received, long coalesced, long delivered, long failed, long reconnects, long resyncs,
			@Nullable String lastError) {

		static Watch of(EtcdWatchContainerStatus container) {
			WatchStatus watch = container.watch();
			String range = container.range().toString();
			if (watch == null) {
				return new Watch(container.id(), range, container.state(), container.paused(), 0, 0, 0, 0, 0,
						container.delivered(), container.failed(), 0, 0, container.stopCause());
			}
			Duration age = watch.age();
			return new Watch(container.id(), range, watch.state(), container.paused(), watch.revision(), age.toMillis(),
					watch.backlog(), watch.received(), watch.coalesced(), container.delivered(), container.failed(),
					watch.reconnects(), watch.resyncs().values().stream().mapToLong(Long::longValue).sum(),
					watch.lastError());
		}

	}

}

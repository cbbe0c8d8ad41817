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
 * What the page shows, at one moment.
 *
 * @param flags the flags
 * @param watches the watches
 * @param events the latest events, the newest first
 * @param demo the state of the demo, {@code null} without it
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
	 * @param range its keys
	 * @param state its state
	 * @param paused whether it is paused
	 * @param revision the revision up to which all changes are known
	 * @param ageMillis the time since etcd last confirmed that, in milliseconds
	 * @param backlog the number of keys with a pending update
	 * @param received the number of events from etcd
	 * @param coalesced the number of changes that were replaced by newer ones before
	 * delivery
	 * @param delivered the number of successful calls
	 * @param failed the number of failed calls
	 * @param reconnects how often the connection was restored
	 * @param resyncs how often the range was read again
	 * @param lastError the last error, {@code null} for none
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

package org.etcdevent.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.WatchStatus;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint} that shows what each watch is doing, and pauses and resumes it.
 */
@Endpoint(id = "etcdwatches")
public class EtcdWatchesEndpoint {

	private final EtcdWatchRegistry watches;

	/**
	 * An endpoint.
	 * @param watches the registry of the watches
	 */
	public EtcdWatchesEndpoint(EtcdWatchRegistry watches) {
		this.watches = watches;
	}

	/**
	 * What all watches are doing.
	 * @return the watches, in the order of their registration
	 */
	@ReadOperation
	public WatchesDescriptor watches() {
		return new WatchesDescriptor(this.watches.statuses().stream().map(WatchDescriptor::of).toList());
	}

	/**
	 * What one watch is doing.
	 * @param id the id of the watch
	 * @return the watch, {@code null} if there is none with that id
	 */
	@ReadOperation
	public @Nullable WatchDescriptor watch(@Selector String id) {
		return this.watches.statuses()
			.stream()
			.filter((watch) -> watch.id().equals(id))
			.findFirst()
			.map(WatchDescriptor::of)
			.orElse(null);
	}

	/**
	 * Pauses a watch, or ends its pause. Does nothing if things are so already.
	 * @param id the id of the watch
	 * @param paused whether it is to begin no new call
	 * @return what it is doing then
	 * @throws InvalidEndpointRequestException if there is none with that id
	 */
	@WriteOperation
	public WatchDescriptor pauseOrResume(@Selector String id, boolean paused) {
		try {
			if (paused) {
				this.watches.pause(id);
			}
			else {
				this.watches.resume(id);
			}
			return WatchDescriptor.of(this.watches.status(id));
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), "There is no watch with that id",
					ex);
		}
	}

	/**
	 * All watches.
	 *
	 * @param watches the watches
	 */
	public record WatchesDescriptor(List<WatchDescriptor> watches) implements OperationResponseBody {
	}

	/**
	 * One watch. Counters of calls count from the registration of the watch, those of
	 * what came from etcd from its last start.
	 *
	 * @param id its id
	 * @param range the range that it watches
	 * @param state where it stands in etcd
	 * @param running whether it is started
	 * @param paused whether it begins no new call
	 * @param revision the revision up to which all changes are known
	 * @param age the time since etcd last confirmed that
	 * @param backlog how many keys have changes that are not handled
	 * @param received how many events came from etcd
	 * @param coalesced how many changes were coalesced before they were handled
	 * @param delivered how many calls succeeded
	 * @param failed how many calls failed and are or were to be retried
	 * @param skipped how many calls failed and were given up
	 * @param decodingErrors how many changes could not be decoded
	 * @param reconnects how often the connection was restored
	 * @param reconnectAttempts consecutive failed attempts to restore the connection
	 * @param resyncs how often the range was read again, by reason
	 * @param lastError what went wrong last, {@code null} for nothing
	 * @param stopCause why it stopped by itself, {@code null} if it did not
	 * @param threads the names of its threads
	 * @param currentCall how long the longest running call has taken so far, {@code null}
	 * if none is running
	 */
	public record WatchDescriptor(String id, String range, EtcdWatchState state, boolean running, boolean paused,
			@Nullable Long revision, @Nullable Duration age, @Nullable Integer backlog, @Nullable Long received,
			@Nullable Long coalesced, long delivered, long failed, long skipped, @Nullable Long decodingErrors,
			@Nullable Long reconnects, @Nullable Integer reconnectAttempts, @Nullable Map<String, Long> resyncs,
			@Nullable String lastError, @Nullable String stopCause, List<String> threads,
			@Nullable Duration currentCall) implements OperationResponseBody {

		static WatchDescriptor of(EtcdWatchContainerStatus watch) {
			WatchStatus inEtcd = watch.watch();
			String range = watch.range().toString();
			if (inEtcd == null) {
				return new WatchDescriptor(watch.id(), range, watch.state(), watch.running(), watch.paused(), null,
						null, null, null, null, watch.delivered(), watch.failed(), watch.skipped(), null, null, null,
						null, null, watch.stopCause(), watch.threads(), watch.currentCall());
			}
			return new WatchDescriptor(watch.id(), range, inEtcd.state(), watch.running(), watch.paused(),
					inEtcd.revision(), inEtcd.age(), inEtcd.backlog(), inEtcd.received(), inEtcd.coalesced(),
					watch.delivered(), watch.failed(), watch.skipped(), inEtcd.decodingErrors(), inEtcd.reconnects(),
					inEtcd.reconnectAttempts(), inEtcd.resyncs(), inEtcd.lastError(), watch.stopCause(),
					watch.threads(), watch.currentCall());
		}

	}

}

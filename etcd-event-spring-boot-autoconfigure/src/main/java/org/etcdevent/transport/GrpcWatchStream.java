package org.etcdevent.transport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;
import org.etcdevent.transport.Wire.WatchMessage;
import org.jspecify.annotations.Nullable;

/**
 * The watch stream, on a channel of its own. Loop only.
 */
final class GrpcWatchStream implements WatchStream {

	private static final Log logger = LogFactory.getLog(GrpcWatchStream.class);

	/** How long etcd may take to report its version. */
	private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

	private final Connector connector;

	private final Login login;

	private final Calls calls;

	private final EventLoop loop;

	private final WatchListener listener;

	/** Requests that wait for the call that they are to be sent on. */
	private final List<WatchRequest> early = new ArrayList<>();

	/**
	 * The calls. There is one, but after its token has expired another for the watches to
	 * come: etcd goes on with those that it has.
	 */
	private final List<WatchCall> watchCalls = new ArrayList<>();

	/**
	 * Creates that were refused for their token, and are asked for again with another.
	 */
	private final List<WatchRequest> refused = new ArrayList<>();

	private @Nullable Connection connection;

	/** {@code null} until there is a connection. */
	private @Nullable ManagedChannel channel;

	/** Waits for the token. */
	private Loop.Timer token = () -> {
	};

	/** What requests are sent on, {@code null} while there is no token. */
	private @Nullable WatchCall current;

	/** Whether the other side takes the ids that it is given; a proxy does not. */
	private boolean takesIds;

	/**
	 * Whether the server is known to answer a progress request after the events before
	 * it.
	 */
	private boolean progressInOrder;

	private boolean closed;

	GrpcWatchStream(Connector connector, Login login, Calls calls, EventLoop loop, WatchListener listener) {
		this.connector = connector;
		this.login = login;
		this.calls = calls;
		this.loop = loop;
		this.listener = listener;
	}

	void start() {
		this.connection = this.connector.connect((open) -> {
			this.channel = open;
			this.token = this.login.headers(open, (metadata) -> {
				startCall(open, metadata);
				// After what ended the call inside its start.
				this.loop.execute(this::onConnected);
			}, this::end);
		}, this::end);
	}

	private void startCall(ManagedChannel open, Metadata metadata) {
		WatchCall started = new WatchCall(this, metadata);
		this.watchCalls.add(started);
		this.current = started;
		started.start(open);
		this.refused.forEach(started::send);
		this.refused.clear();
		this.early.forEach(started::send);
		this.early.clear();
	}

	@Override
	public void create(long watchId, KeyRange range, long startRevision, boolean fragments) {
		send(Requests.create(watchId, range, startRevision, fragments));
	}

	/** Etcd does not answer where it does not know the watch. */
	@Override
	public void cancel(long watchId) {
		sendToAll(Requests.cancel(watchId));
	}

	@Override
	public void requestProgress() {
		sendToAll(Requests.progress());
	}

	@Override
	public void read(RangeRead read, ReadListener answer) {
		if (this.closed || this.channel == null) {
			this.loop.execute(() -> {
				if (!this.closed) {
					answer.onFailure(new Failure(Failure.Kind.UNAVAILABLE, "not connected yet"));
				}
			});
			return;
		}
		this.calls.call(this.channel, Wire.RANGE, Requests.range(read), read.timeoutNanos(), (page) -> {
			if (!this.closed) {
				answer.onPage(page);
			}
		}, (failure) -> {
			if (!this.closed) {
				answer.onFailure(failure);
			}
		});
	}

	@Override
	public void requestStatus() {
		if (this.closed || this.channel == null) {
			return;
		}
		this.calls.call(this.channel, MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), TIMEOUT,
				this::onStatus, this::onNoStatus);
	}

	private void onStatus(StatusResponse status) {
		if (!this.closed) {
			this.progressInOrder = isProgressInOrder(status.getVersion());
			ResponseHeader header = status.getHeader();
			Stamp stamp = new Stamp(header.getClusterId(), header.getMemberId(), header.getRevision(),
					header.getRaftTerm());
			this.listener.onStatus(new MemberStatus(stamp, status.getRaftIndex(), status.getRaftAppliedIndex()));
		}
	}

	/**
	 * Only versions 3.5.28 to 3.5.31 and 3.6.9 to 3.6.11 allow it to nobody but root, and
	 * these send progress in order.
	 */
	private void onNoStatus(Failure reason) {
		this.progressInOrder |= reason.kind() == Failure.Kind.PERMISSION_DENIED;
		logger.debug("Unknown server version: " + reason.message());
	}

	@Override
	public void close() {
		this.closed = true;
		this.watchCalls.stream().filter(WatchCall::isUnanswered).forEach((call) -> this.login.unanswered(call.headers));
		this.token.cancel();
		if (this.connection != null) {
			this.connection.close();
		}
	}

	private void send(WatchRequest request) {
		if (this.current == null) {
			this.early.add(request);
		}
		else if (!this.closed) {
			this.current.send(request);
		}
	}

	private void sendToAll(WatchRequest request) {
		if (this.watchCalls.isEmpty()) {
			this.early.add(request);
		}
		else if (!this.closed) {
			List.copyOf(this.watchCalls).forEach((call) -> call.send(request));
		}
	}

	private void onConnected() {
		if (this.closed) {
			return;
		}
		this.listener.onConnected();
	}

	void onArriving() {
		if (!this.closed) {
			this.listener.onArriving();
		}
	}

	void onMessage(WatchCall call, WatchMessage message) {
		if (this.closed) {
			return;
		}
		try {
			take(call, message);
		}
		catch (RuntimeException | Error ex) {
			// It would end the call, and with it the watches of all others.
			logger.error("Could not apply a message of the watch stream", ex);
			giveUp(message);
		}
	}

	private void take(WatchCall call, WatchMessage message) {
		Stamp stamp = message.stamp();
		long id = message.watchId();
		if (message.canceled()) {
			canceled(call, stamp, id, this.login.seen(reason(message), call.headers));
		}
		else if (message.created()) {
			WatchRequest asked = call.asked.poll();
			this.takesIds |= asked != null && Requests.watchId(asked) == id;
			call.watches.add(id);
			this.login.accepted(call.headers);
			this.listener.onCreated(stamp, id);
		}
		else if (!message.events().isEmpty() || message.fragment()) {
			this.listener.onEvents(stamp, id, message.events(), message.fragment());
		}
		else if (id < 0) {
			progress(call, stamp);
		}
		else {
			this.listener.onProgress(stamp, id, true);
		}
	}

	private void canceled(WatchCall call, Stamp stamp, long id, Failure reason) {
		call.watches.remove(id);
		WatchRequest asked = (id < 0) ? call.asked.poll() : null;
		if (asked != null && reason.kind() == Failure.Kind.UNAUTHENTICATED && this.takesIds
				&& !call.watches.isEmpty()) {
			this.refused.add(asked);
			if (call == this.current) {
				this.current = null;
			}
		}
		else if (id < 0 && !this.refused.isEmpty()) {
			// The listener counts refusals: this one would be that of another watch.
			end(reason);
		}
		else {
			this.listener.onCanceled(stamp, id, reason);
		}
		if (this.closed) {
			return;
		}
		if (this.current == null && call.asked.isEmpty() && !this.refused.isEmpty() && this.channel != null) {
			ManagedChannel open = this.channel;
			this.token.cancel();
			this.token = this.login.headers(open, (metadata) -> startCall(open, metadata), this::end);
		}
		if (call != this.current && this.watchCalls.size() > 1 && call.isDone()) {
			this.watchCalls.remove(call);
			call.end();
		}
	}

	/** All watches of the stream are those of all calls. */
	private void progress(WatchCall call, Stamp stamp) {
		call.progress = stamp;
		List<WatchCall> used = this.watchCalls.stream().filter((one) -> one == call || !one.watches.isEmpty()).toList();
		if (used.stream().allMatch((one) -> one.progress != null)) {
			Stamp oldest = used.stream()
				.map((one) -> Objects.requireNonNull(one.progress))
				.min(Comparator.comparingLong(Stamp::revision))
				.orElse(stamp);
			used.forEach((one) -> one.progress = null);
			this.listener.onProgress(oldest, -1, this.progressInOrder);
		}
	}

	/** Possibly inside its start, or after it was given up. */
	void onClosed(WatchCall call, Status status) {
		this.loop.execute(() -> {
			if (this.watchCalls.contains(call)) {
				end(this.login.seen(Failures.of(status), call.headers));
			}
		});
	}

	private static Failure reason(WatchMessage message) {
		return (message.compactRevision() > 0)
				? new Failure(Failure.Kind.COMPACTED, "compacted at revision " + message.compactRevision())
				: Failures.ofReason(message.reason());
	}

	/**
	 * A watch that could not apply a message has lost its changes, and has to restart
	 * from its position.
	 */
	private void giveUp(WatchMessage message) {
		if (this.closed || message.canceled() || message.watchId() < 0) {
			return;
		}
		cancel(message.watchId());
		try {
			this.listener.onCanceled(message.stamp(), message.watchId(),
					new Failure(Failure.Kind.OTHER, "a message of etcd could not be applied"));
		}
		catch (RuntimeException | Error ex) {
			logger.error("Could not apply the end of a watch", ex);
		}
	}

	private void end(Failure reason) {
		if (!this.closed) {
			close();
			this.listener.onClosed(reason);
		}
	}

	/**
	 * Before 3.4.25 and 3.5.8 the answer to a progress request overtakes events
	 * (etcd-io/etcd#15220).
	 */
	static boolean isProgressInOrder(String version) {
		String[] parts = version.split("[.+-]", 4);
		try {
			int major = Integer.parseInt(parts[0]);
			int minor = Integer.parseInt(parts[1]);
			int patch = Integer.parseInt(parts[2]);
			if (major == 3 && minor <= 5) {
				return (minor == 5 && patch >= 8) || (minor == 4 && patch >= 25);
			}
			return major >= 3;
		}
		catch (NumberFormatException | ArrayIndexOutOfBoundsException ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		return String.valueOf(this.connection);
	}

}

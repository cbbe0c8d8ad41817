package org.etcdevent.feed;

import java.util.function.Consumer;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchStream;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a member once a connection: where its raft log is, between two reads.
 * A member that has answered a read does not lag, and what it answers later is not older.
 * Loop only.
 */
final class Greeting {

	private final Boundary loop;

	private final long timeout;

	private final RaftBounds bounds = new RaftBounds();

	/** The connection and what may be read, {@code null} before the first one. */
	private @Nullable Consumer<ReadListener> read;

	/**
	 * A greeting that was not sent yet.
	 * @param timeoutNanos how long a read may take, in nanoseconds
	 */
	Greeting(Boundary loop, long timeoutNanos) {
		this.loop = loop;
		this.timeout = timeoutNanos;
	}

	/** A connection was made. */
	void send(WatchStream stream, KeyRange range) {
		this.bounds.begin();
		this.read = (answer) -> stream.read(Quorum.question(range, this.timeout), answer);
		read((stamp) -> {
			if (stamp != null) {
				this.bounds.onRead(stamp);
			}
			stream.requestStatus();
		});
	}

	/**
	 * The member has answered.
	 * @return whether that is not possible in the history that is known
	 */
	boolean isSetBack(MemberStatus status) {
		boolean setBack = this.bounds.isSetBack(status);
		read((stamp) -> {
			if (stamp != null) {
				this.bounds.onLaterRead(stamp);
			}
		});
		return setBack;
	}

	/** It is another history from now on. */
	void forget() {
		this.bounds.forget();
	}

	private void read(Consumer<@Nullable Stamp> then) {
		Consumer<ReadListener> send = this.read;
		if (send == null) {
			return;
		}
		send.accept(this.loop.answer(new ReadListener() {

			@Override
			public void onPage(Page page) {
				then.accept(page.stamp());
			}

			@Override
			public void onFailure(Failure reason) {
				then.accept(null);
			}

		}));
	}

}

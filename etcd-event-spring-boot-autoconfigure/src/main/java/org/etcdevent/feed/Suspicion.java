package org.etcdevent.feed;

import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;

/**
 * The suspicion that etcd was set back. A member that lags looks the same, until the
 * quorum is asked. Loop only.
 */
final class Suspicion {

	private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	private static final Stamp NOTHING = new Stamp(0, 0, 0);

	private final KeyRange range;

	private final EtcdTransport transport;

	private final RangeState state;

	/** What raised it last. */
	private Stamp raisedBy = NOTHING;

	/**
	 * What the stream's member reported when the quorum said that it only lags. A member
	 * does not go back behind that: one that does was set back, for a proxy keeps its
	 * streams.
	 */
	private Stamp lagging = NOTHING;

	Suspicion(KeyRange range, EtcdTransport transport, RangeState state) {
		this.range = range;
		this.transport = transport;
		this.state = state;
	}

	/** Another stream may be that of another member. */
	void forget() {
		this.lagging = NOTHING;
	}

	/** Whether the member that creates a watch is not where the view is. */
	boolean isRaisedByCreated(Stamp stamp) {
		return isRaised(stamp, Stamp::isBefore);
	}

	/** A proxy goes on with its watches when the etcd behind it is set back. */
	boolean isRaisedBy(Stamp stamp) {
		return isRaised(stamp, Stamp::isForeignTo);
	}

	private boolean isRaised(Stamp stamp, BiPredicate<Stamp, Stamp> before) {
		boolean excused = !this.lagging.isBlank() && !before.test(stamp, this.lagging);
		if (stamp.isBlank() || excused || !before.test(stamp, this.state.position())) {
			return false;
		}
		this.raisedBy = stamp;
		return true;
	}

	/**
	 * Asks the quorum.
	 * @param answer gets whether etcd was set back
	 * @param failure gets why there is no answer
	 * @return what cancels it
	 */
	Loop.Timer verify(Consumer<Boolean> answer, Consumer<Failure> failure) {
		RangeRead read = new RangeRead(this.range.start(), this.range.end(), 0, 0, Detail.COUNT, TIMEOUT);
		return this.transport.read(read, new ReadListener() {

			@Override
			public void onPage(Page page) {
				boolean setBack = page.stamp().isBefore(Suspicion.this.state.position());
				Suspicion.this.lagging = setBack ? NOTHING : Suspicion.this.raisedBy;
				answer.accept(setBack);
			}

			@Override
			public void onFailure(Failure reason) {
				failure.accept(reason);
			}

		});
	}

}

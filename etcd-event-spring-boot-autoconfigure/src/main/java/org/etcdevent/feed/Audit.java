package org.etcdevent.feed;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Now and then counts the keys of a range in etcd, as of the position of its view, and
 * compares. A server with a bug may lose events of a watch without a word, and then
 * nothing else shows it. Loop only.
 */
final class Audit {

	private static final Log logger = LogFactory.getLog(Audit.class);

	private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

	/** Applications that were started together do not ask together. */
	private static final double JITTER = 0.2;

	private final KeyRange range;

	private final Loop loop;

	private final EtcdTransport transport;

	private final RangeState state;

	private final RandomGenerator random;

	private final long interval;

	private final Runnable onMismatch;

	/** Whether a watch carries the view on. */
	private boolean live;

	/** The wait for the next count, {@code null} for none. */
	private Loop.@Nullable Timer wait;

	/** The count under way, {@code null} for none. */
	private Loop.@Nullable Timer read;

	/**
	 * An audit that begins with the first watch.
	 * @param interval the time between counts, {@code null} to do nothing at all
	 * @param onMismatch called if the view is found to be wrong
	 */
	Audit(KeyRange range, Loop loop, EtcdTransport transport, RangeState state, RandomGenerator random,
			@Nullable Duration interval, Runnable onMismatch) {
		this.range = range;
		this.loop = loop;
		this.transport = transport;
		this.state = state;
		this.random = random;
		this.interval = (interval != null) ? interval.toNanos() : 0;
		this.onMismatch = onMismatch;
	}

	/** A watch carries the view on. */
	void resume() {
		this.live = true;
		if (this.interval > 0 && this.wait == null) {
			await();
		}
	}

	/** The watch is over; what is being counted says nothing of the view that follows. */
	void pause() {
		this.live = false;
		if (this.read != null) {
			this.read.cancel();
			this.read = null;
		}
	}

	void close() {
		pause();
		if (this.wait != null) {
			this.wait.cancel();
			this.wait = null;
		}
	}

	private void await() {
		double part = 1 - JITTER / 2 + JITTER * this.random.nextDouble();
		this.wait = this.loop.schedule((long) (part * this.interval), () -> {
			if (this.live && this.read == null) {
				count();
			}
			await();
		});
	}

	/** Events that come meanwhile do not matter: the position to count at stays. */
	private void count() {
		Stamp position = this.state.position();
		int known = this.state.entries().size();
		RangeRead request = new RangeRead(this.range.start(), this.range.end(), position.revision(), 0, Detail.COUNT,
				TIMEOUT);
		this.read = this.transport.read(request, new ReadListener() {

			@Override
			public void onPage(Page page) {
				Audit.this.read = null;
				if (page.count() != known && !page.stamp().isBefore(position)) {
					logger.warn("'" + Audit.this.range + "' has " + page.count() + " keys at revision "
							+ position.revision() + ", but " + known + " by the events of its watch; resyncing."
							+ " etcd lost events: update its servers, and an etcd grpc-proxy if there is one, to the"
							+ " newest patch of their version");
					Audit.this.onMismatch.run();
				}
			}

			@Override
			public void onFailure(Failure reason) {
				Audit.this.read = null;
				logger.debug("Could not count '" + Audit.this.range + "': " + reason.message());
			}

		});
	}

}

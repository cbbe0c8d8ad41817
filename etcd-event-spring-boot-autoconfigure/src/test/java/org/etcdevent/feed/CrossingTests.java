package org.etcdevent.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;
import org.etcdevent.simulation.FeedMirror;
import org.etcdevent.simulation.ModelEtcd;
import org.etcdevent.simulation.VirtualLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever throws where feeds meet others, before or after it has had its effect, once or
 * for a while: nothing is lost, and everything is live when it stops.
 */
class CrossingTests {

	private static final Duration LIVENESS = Duration.ofSeconds(10);

	private final VirtualLoop loop = new VirtualLoop();

	private final Random random = new Random(5);

	private final ModelEtcd etcd = new ModelEtcd(this.loop, this.random);

	@ParameterizedTest
	@MethodSource("cases")
	void nothingIsLostAndAllAreLiveWhenItStops(Crossing crossing, boolean error, boolean after, boolean once) {
		Thrower thrower = new Thrower(crossing, error, after, once);
		Feeds feeds = new Feeds(new ThrowingTransport(thrower), this.loop, this.random,
				new FeedSettings(LIVENESS, 2, 64, Duration.ofSeconds(4)));
		for (int i = 0; i < 5; i++) {
			this.etcd.put("a/" + i, "first");
		}
		FeedMirror early = new FeedMirror(KeyRange.prefix("a/"), this.etcd.store());
		FeedMirror other = new FeedMirror(KeyRange.key("b"), this.etcd.store());
		early.mayRepeat();
		thrower.armed = true;
		Feeds.Membership member = feeds.join(early.range(), new ThrowingSubscriber(early, thrower));
		Feeds.Membership neighbour = feeds.join(other.range(), other);
		leaveAtOnceAndLater(feeds);
		this.etcd.put("a/1", "second");
		this.etcd.delete("a/2");
		this.etcd.put("b", "first");
		pass(6);
		this.etcd.cut(new Failure(Failure.Kind.UNAVAILABLE, "cut"), false);
		this.etcd.delete("a/3");
		this.etcd.put("a/4", "third");
		this.etcd.compact();
		pass(20);
		this.etcd.put("a/1", "last");
		this.etcd.delete("a/4");
		assertThat(thrower.thrown).as("how often it threw").isPositive();
		thrower.armed = false;
		pass(15);
		early.assertConverged();
		other.assertConverged();
		assertThat(member.status().state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(neighbour.status().state()).isEqualTo(EtcdWatchState.LIVE);
		feeds.close();
		this.loop.runFor(Duration.ofMinutes(2));
		assertThat(this.loop.waiting()).isZero();
		assertThat(this.etcd.streams()).isZero();
	}

	/** In the middle of the first read, and once it is watched. */
	private void leaveAtOnceAndLater(Feeds feeds) {
		Feeds.Membership reading = feeds.join(KeyRange.all(), new FeedMirror(KeyRange.all(), this.etcd.store()));
		this.loop.run();
		reading.leave();
		Feeds.Membership watching = feeds.join(KeyRange.all(), new FeedMirror(KeyRange.all(), this.etcd.store()));
		pass(2);
		watching.leave();
	}

	private void pass(int seconds) {
		this.loop.runFor(Duration.ofSeconds(seconds));
	}

	static Stream<Arguments> cases() {
		List<Arguments> all = new ArrayList<>();
		for (Crossing crossing : Crossing.values()) {
			for (int bits = 0; bits < 8; bits++) {
				all.add(Arguments.of(crossing, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0));
			}
		}
		return all.stream();
	}

	/** Where feeds call others. */
	private enum Crossing {

		OPEN, CREATE, CANCEL, PROGRESS, CLOSE, READ, CANCEL_READ, SLICE, JOINED, CHANGES, STATE

	}

	/** Throws where it is to. */
	private static final class Thrower {

		private final Crossing crossing;

		private final boolean error;

		private final boolean after;

		private final boolean once;

		private boolean armed;

		private int thrown;

		Thrower(Crossing crossing, boolean error, boolean after, boolean once) {
			this.crossing = crossing;
			this.error = error;
			this.after = after;
			this.once = once;
		}

		void cross(Crossing reached, Runnable effect) {
			boolean throwing = reached == this.crossing && this.armed && !(this.once && this.thrown > 0);
			if (!throwing || this.after) {
				effect.run();
			}
			if (throwing) {
				this.thrown++;
				if (this.error) {
					throw new OutOfMemoryError("for a test");
				}
				throw new IllegalStateException("for a test");
			}
		}

	}

	private final class ThrowingTransport implements EtcdTransport {

		private final Thrower thrower;

		ThrowingTransport(Thrower thrower) {
			this.thrower = thrower;
		}

		@Override
		public WatchStream open(WatchListener listener) {
			List<WatchStream> opened = new ArrayList<>();
			try {
				this.thrower.cross(Crossing.OPEN, () -> opened.add(CrossingTests.this.etcd.open(listener)));
			}
			catch (RuntimeException | Error ex) {
				// A transport that throws has not left a stream behind.
				opened.forEach(WatchStream::close);
				throw ex;
			}
			return new ThrowingStream(opened.get(0), this.thrower);
		}

		@Override
		public Loop.Timer read(RangeRead read, ReadListener listener) {
			List<Loop.Timer> sent = new ArrayList<>();
			this.thrower.cross(Crossing.READ, () -> sent.add(CrossingTests.this.etcd.read(read, listener)));
			return () -> this.thrower.cross(Crossing.CANCEL_READ, sent.get(0)::cancel);
		}

		@Override
		public Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
			List<Loop.Timer> sent = new ArrayList<>();
			this.thrower.cross(Crossing.READ,
					() -> sent.add(CrossingTests.this.etcd.readKeys(keys, revision, timeoutNanos, listener)));
			return () -> this.thrower.cross(Crossing.CANCEL_READ, sent.get(0)::cancel);
		}

	}

	private record ThrowingStream(WatchStream stream, Thrower thrower) implements WatchStream {

		@Override
		public void create(long watchId, KeyRange range, long startRevision, boolean fragments) {
			this.thrower.cross(Crossing.CREATE, () -> this.stream.create(watchId, range, startRevision, fragments));
		}

		@Override
		public void cancel(long watchId) {
			this.thrower.cross(Crossing.CANCEL, () -> this.stream.cancel(watchId));
		}

		@Override
		public void requestProgress() {
			this.thrower.cross(Crossing.PROGRESS, this.stream::requestProgress);
		}

		@Override
		public void read(RangeRead read, ReadListener listener) {
			this.thrower.cross(Crossing.READ, () -> this.stream.read(read, listener));
		}

		@Override
		public void close() {
			try {
				this.thrower.cross(Crossing.CLOSE, this.stream::close);
			}
			finally {
				this.stream.close();
			}
		}

	}

	private record ThrowingSubscriber(FeedMirror mirror, Thrower thrower) implements FeedSubscriber {

		@Override
		public void onSlice(List<Entry> slice) {
			this.thrower.cross(Crossing.SLICE, () -> this.mirror.onSlice(slice));
		}

		@Override
		public void onJoined(long revision) {
			this.thrower.cross(Crossing.JOINED, () -> this.mirror.onJoined(revision));
		}

		@Override
		public void onChanges(List<Change> changes, long revision) {
			this.thrower.cross(Crossing.CHANGES, () -> this.mirror.onChanges(changes, revision));
		}

		@Override
		public void onState(EtcdWatchState from, EtcdWatchState to, String cause) {
			this.thrower.cross(Crossing.STATE, () -> this.mirror.onState(from, to, cause));
		}

	}

}

package org.etcdevent.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.simulation.Crossing;
import org.etcdevent.simulation.FeedMirror;
import org.etcdevent.simulation.ModelEtcd;
import org.etcdevent.simulation.Thrower;
import org.etcdevent.simulation.ThrowingPort;
import org.etcdevent.simulation.ThrowingSubscriber;
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
		Thrower thrower = new Thrower();
		Feeds feeds = new Feeds(new ThrowingPort(this.etcd, thrower), this.loop, this.random,
				new FeedSettings(LIVENESS, 2, 64, Duration.ofSeconds(4)));
		for (int i = 0; i < 5; i++) {
			this.etcd.put("a/" + i, "first");
		}
		FeedMirror early = new FeedMirror(KeyRange.prefix("a/"), this.etcd.store());
		FeedMirror other = new FeedMirror(KeyRange.key("b"), this.etcd.store());
		thrower.arm(crossing, error, after, once ? 1 : Integer.MAX_VALUE);
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
		assertThat(thrower.thrown()).as("how often it threw").isPositive();
		thrower.disarm();
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

}

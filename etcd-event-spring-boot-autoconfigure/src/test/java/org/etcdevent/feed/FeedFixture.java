package org.etcdevent.feed;

import java.time.Duration;
import java.util.Random;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Failure;
import org.etcdevent.simulation.FeedMirror;
import org.etcdevent.simulation.ModelEtcd;
import org.etcdevent.simulation.VirtualLoop;

/**
 * Feeds over a model of etcd, in which time passes when a test lets it.
 */
final class FeedFixture {

	static final Duration LIVENESS = Duration.ofSeconds(10);

	private final Random random = new Random(3);

	final VirtualLoop loop = new VirtualLoop();

	final ModelEtcd etcd = new ModelEtcd(this.loop, this.random);

	final Feeds feeds;

	FeedFixture() {
		this(10_000, 8 << 20);
	}

	FeedFixture(int pageKeys, long pageBytes) {
		this(new FeedSettings(LIVENESS, pageKeys, pageBytes));
	}

	FeedFixture(Duration auditInterval) {
		this(new FeedSettings(LIVENESS, 10_000, 8 << 20, auditInterval));
	}

	private FeedFixture(FeedSettings settings) {
		this.feeds = new Feeds(this.etcd, this.loop, this.random, settings);
	}

	Joined join(String range) {
		KeyRange keys = KeyRange.parse(range);
		FeedMirror mirror = new FeedMirror(keys, this.etcd.store());
		return new Joined(mirror, this.feeds.join(keys, mirror));
	}

	/** Lets everything arrive that is on its way. */
	void settle() {
		this.loop.runFor(Duration.ofMillis(300));
	}

	void seconds(int seconds) {
		this.loop.runFor(Duration.ofSeconds(seconds));
	}

	void cut() {
		this.etcd.cut(new Failure(Failure.Kind.UNAVAILABLE, "cut"), false);
	}

	/**
	 * A subscriber and its membership.
	 */
	record Joined(FeedMirror mirror, Feeds.Membership membership) {

		FeedStatus status() {
			return this.membership.status();
		}

	}

}

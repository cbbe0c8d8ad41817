package org.etcdevent.simulation;

import java.time.Duration;
import java.util.Random;

import org.etcdevent.KeyRange;
import org.etcdevent.feed.Failure;
import org.etcdevent.feed.Failure.Kind;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.junit.jupiter.api.Test;

class SimulationTests {

	@Test
	void aFeedConvergesThroughACut() {
		VirtualLoop loop = new VirtualLoop();
		Random random = new Random(1);
		ModelEtcd etcd = new ModelEtcd(loop, random);
		Feeds feeds = new Feeds(etcd, loop, random, FeedSettings.defaults());
		KeyRange range = KeyRange.prefix("a/");
		FeedMirror mirror = new FeedMirror(range, etcd.store());
		etcd.put("a/1", "one");
		feeds.join(range, mirror);
		loop.runFor(Duration.ofSeconds(1));
		mirror.assertConverged();
		etcd.put("a/2", "two");
		etcd.delete("a/1");
		loop.runFor(Duration.ofSeconds(1));
		mirror.assertConverged();
		etcd.cut(new Failure(Kind.UNAVAILABLE, "cut"), false);
		etcd.put("a/3", "three");
		etcd.delete("a/2");
		etcd.compact();
		loop.runFor(Duration.ofSeconds(5));
		mirror.assertConverged();
	}

}

package org.etcdevent.consumer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.etcdevent.simulation.ModelEtcd;
import org.etcdevent.simulation.VirtualLoop;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Subscriptions and values over a model of etcd, in which time passes when a test lets
 * it.
 */
final class ConsumerFixture {

	static final KeyRange FLAGS = KeyRange.prefix("flags/");

	static final String BAD = "bad";

	private final Random random = new Random(7);

	final VirtualLoop loop = new VirtualLoop();

	final ModelEtcd etcd = new ModelEtcd(this.loop, this.random);

	final Feeds feeds = new Feeds(this.etcd, this.loop, this.random, FeedSettings.defaults());

	final FeedValues values = new FeedValues(this.feeds, (type) -> EtcdDecoder.text(), Duration.ZERO);

	final AtomicInteger decoded = new AtomicInteger();

	final EtcdDecoder<String> decoder = (key, value) -> {
		this.decoded.incrementAndGet();
		String text = new String(value, StandardCharsets.UTF_8);
		if (text.startsWith(BAD)) {
			throw new IllegalArgumentException("Cannot read " + text);
		}
		return text;
	};

	Subscription<String> subscribe() {
		return subscribe(null);
	}

	Subscription<String> subscribe(Checkpoint from) {
		Subscription<String> subscription = this.values.subscribe(FLAGS, this.decoder, from);
		settle();
		return subscription;
	}

	/** Lets everything arrive that is on its way. */
	void settle() {
		this.loop.runFor(Duration.ofMillis(300));
	}

	void put(String key, String value) {
		this.etcd.put(key, value);
		settle();
	}

	void delete(String key) {
		this.etcd.delete(key);
		settle();
	}

	static Delivery<String> poll(Subscription<String> subscription) throws InterruptedException {
		return subscription.poll(Duration.ZERO);
	}

	/** Takes and handles what must be there. */
	static String next(Subscription<String> subscription) throws InterruptedException {
		Delivery<String> delivery = poll(subscription);
		assertThat(delivery).isNotNull();
		subscription.handled(delivery);
		return told(delivery.update());
	}

	static String told(EtcdUpdate<String> update) {
		return update.isDeletion() ? update.key() + " deleted" : update.key() + "=" + update.value();
	}

}

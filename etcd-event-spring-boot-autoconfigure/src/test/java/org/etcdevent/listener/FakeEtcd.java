package org.etcdevent.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.KeyRange;
import org.etcdevent.core.FeedValues;
import org.etcdevent.core.Handled;
import org.etcdevent.core.Subscription;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

/**
 * Keys in memory, and {@link FeedValues} over them that keep to the contract of
 * {@link Subscription}.
 */
final class FakeEtcd {

	final ReentrantLock lock = new ReentrantLock();

	/** By lock. */
	private final Map<String, Stored> store = new TreeMap<>();

	private final List<FakeSubscription> subscriptions = new CopyOnWriteArrayList<>();

	/** By lock. */
	private long revision;

	volatile boolean silent;

	FeedValues values() {
		FeedValues values = mock(FeedValues.class, withSettings().stubOnly());
		willAnswer((invocation) -> subscribe(invocation.getArgument(0), invocation.getArgument(1),
				invocation.getArgument(2)))
			.given(values)
			.subscribe(any(), any(), any());
		return values;
	}

	private Subscription<?> subscribe(KeyRange range, EtcdDecoder<?> decoder, Handled from) {
		FakeSubscription subscription = new FakeSubscription(this, range, decoder, from);
		this.subscriptions.add(subscription);
		return subscription.mock();
	}

	List<FakeSubscription> subscriptions() {
		return this.subscriptions;
	}

	FakeSubscription subscription() {
		return this.subscriptions.get(this.subscriptions.size() - 1);
	}

	FakeEtcd put(String key, String value) {
		change(key, value);
		return this;
	}

	void delete(String key) {
		change(key, null);
	}

	private void change(String key, String value) {
		this.lock.lock();
		try {
			this.revision++;
			if (value != null) {
				this.store.put(key, new Stored(value, this.revision));
			}
			else {
				this.store.remove(key);
			}
			this.subscriptions.forEach((subscription) -> subscription.changed(key));
		}
		finally {
			this.lock.unlock();
		}
	}

	Map<String, Stored> store() {
		return this.store;
	}

	long revision() {
		return this.revision;
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static List<String> list() {
		return new CopyOnWriteArrayList<>();
	}

	static EtcdWatchSettings settings() {
		return new EtcdWatchSettings(new RetrySettings(Duration.ofMillis(10), 2, Duration.ofMillis(50), 0),
				EtcdWatchStartup.WAIT, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(30));
	}

	static <T> List<T> copy(List<T> list) {
		return new ArrayList<>(list);
	}

	record Stored(String value, long revision) {
	}

}

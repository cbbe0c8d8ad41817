package org.etcdevent.simulation;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.random.RandomGenerator;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.core.FeedValues;
import org.etcdevent.core.Handled;
import org.etcdevent.core.Subscription;
import org.etcdevent.core.WatchStatus;
import org.etcdevent.feed.Entry;
import org.etcdevent.feed.Key;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A consumer that is slow, fails, stops and starts, and holds each update against the
 * promises: that it is true, new, in order, and told to nobody else meanwhile.
 */
abstract class Consumer {

	/** Values that begin with this cannot be decoded. */
	static final String UNDECODABLE = "!";

	static final EtcdDecoder<String> DECODER = (key, value) -> {
		String text = new String(value, StandardCharsets.UTF_8);
		if (text.startsWith(UNDECODABLE)) {
			throw new IllegalArgumentException("cannot be decoded");
		}
		return text;
	};

	private final KeyRange range;

	private final ModelStore store;

	private final FeedValues values;

	final VirtualLoop loop;

	final RandomGenerator random;

	private Subscription<String> subscription;

	private Handled handled;

	/** Each key's value as it was handled last. */
	private final Map<String, String> shown = new HashMap<>();

	/** Attempts in a row of what was not handled. */
	private final Map<String, Integer> tried = new HashMap<>();

	private final Map<String, Told> told = new HashMap<>();

	private int deliveries;

	private int deletions;

	Consumer(KeyRange range, ModelStore store, FeedValues values, VirtualLoop loop, RandomGenerator random) {
		this.range = range;
		this.store = store;
		this.values = values;
		this.loop = loop;
		this.random = random;
		start();
	}

	/** Takes what there is, or answers what was taken. */
	abstract void act(boolean reliably) throws InterruptedException;

	/** The keys of what was taken and not answered. */
	abstract List<String> dropInFlight();

	final void start() {
		if (this.subscription == null) {
			this.subscription = this.values.subscribe(this.range, DECODER, this.handled);
		}
	}

	final void stop() {
		if (this.subscription != null) {
			dropInFlight().forEach(this::failed);
			this.handled = this.subscription.stop();
			this.subscription = null;
		}
	}

	final Subscription<String> subscription() {
		return this.subscription;
	}

	final ModelStore store() {
		return this.store;
	}

	final KeyRange range() {
		return this.range;
	}

	final void delivered(EtcdUpdate<String> update) {
		this.deliveries++;
		String key = update.key();
		String value = update.value();
		int attempts = this.tried.getOrDefault(key, 0);
		assertThat(update.attempt()).as("attempt of %s", update).isEqualTo(attempts + 1);
		if (value != null) {
			assertThat(this.store.wasThere(ModelStore.key(key), ModelStore.bytes(value), update.revision()))
				.as("%s to '%s' was in etcd", update, value)
				.isTrue();
		}
		else {
			this.deletions++;
			assertThat(this.shown.containsKey(key) || attempts > 0).as("%s of what was shown", update).isTrue();
		}
		if (attempts == 0) {
			assertThat(value).as("%s is news", update).isNotEqualTo(this.shown.get(key));
		}
		checkOrder(key, update.revision(), attempts > 0);
	}

	private void checkOrder(String key, long revision, boolean again) {
		Told last = this.told.getOrDefault(key, new Told(0, 0, null));
		boolean fell = revision < last.revision() || (revision == last.revision() && !again);
		int falls = last.falls() + (fell ? 1 : 0);
		assertThat(falls).as("'%s' fell from %s to %s", key, last.revision(), revision)
			.isLessThanOrEqualTo(this.store.epoch());
		this.told.put(key, new Told(revision, falls, last));
	}

	final void handled(EtcdUpdate<String> update) {
		this.tried.remove(update.key());
		if (update.isDeletion()) {
			this.shown.remove(update.key());
		}
		else {
			this.shown.put(update.key(), update.value());
		}
	}

	/** It was never attempted, so the same may come again. */
	final void released(String key) {
		this.told.computeIfPresent(key, (name, last) -> last.before());
	}

	final void failed(String key) {
		this.tried.merge(key, 1, Integer::sum);
	}

	void assertConverged() {
		NavigableMap<Key, Entry> state = this.store.state(this.range);
		Map<String, String> expected = new HashMap<>();
		for (Entry entry : state.values()) {
			String key = entry.key().toString();
			String value = text(entry);
			if (!value.startsWith(UNDECODABLE)) {
				expected.put(key, value);
			}
			else {
				String before = this.shown.get(key);
				if (before != null) {
					expected.put(key, before);
				}
				this.tried.remove(key);
			}
		}
		assertThat(this.shown).as("handled of '%s'", this.range).isEqualTo(expected);
		assertThat(this.tried).as("not handled of '%s'", this.range).isEmpty();
		WatchStatus status = this.subscription.status();
		assertThat(status.state()).isEqualTo(EtcdWatchState.LIVE);
		assertThat(status.backlog()).isZero();
		assertThat(status.reconnectAttempts()).isZero();
		assertThat(this.subscription.isSynced()).isTrue();
	}

	/** One pending entry a key that ever was, at the most. */
	void assertBounded(int keys) {
		if (this.subscription != null) {
			assertThat(this.subscription.status().backlog()).isLessThanOrEqualTo(keys);
		}
	}

	final int deliveries() {
		return this.deliveries;
	}

	final int deletions() {
		return this.deletions;
	}

	static String text(Entry entry) {
		return new String(Objects.requireNonNull(entry.value()), StandardCharsets.UTF_8);
	}

	/**
	 * What was told of a key.
	 *
	 * @param revision at which revision
	 * @param falls how often the revision fell until then
	 * @param before what was told before
	 */
	private record Told(long revision, int falls, Told before) {
	}

}

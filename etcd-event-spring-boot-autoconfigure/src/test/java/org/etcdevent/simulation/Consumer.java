package org.etcdevent.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.core.Delivery;
import org.etcdevent.core.FeedValues;
import org.etcdevent.core.Handled;
import org.etcdevent.core.Subscription;
import org.etcdevent.core.WatchStatus;
import org.etcdevent.feed.Entry;
import org.etcdevent.feed.Key;

/**
 * A consumer that is slow, fails, pauses, stops and starts, and holds each update against
 * the promises: that it is true, new, in order, and told to nobody else meanwhile.
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

	private final Trace trace;

	final VirtualLoop loop;

	final RandomGenerator random;

	private Subscription<String> subscription;

	private Handled handled;

	private boolean paused;

	/** What was taken and is not answered. */
	private final List<Delivery<String>> inFlight = new ArrayList<>();

	/** Each key's value as it was handled last. */
	private final Map<Key, String> shown = new HashMap<>();

	/** Attempts in a row of what was not handled. */
	private final Map<Key, Integer> tried = new HashMap<>();

	private final Map<Key, Told> told = new HashMap<>();

	private int deliveries;

	Consumer(KeyRange range, ModelStore store, FeedValues values, VirtualLoop loop, Trace trace,
			RandomGenerator random) {
		this.range = range;
		this.store = store;
		this.values = values;
		this.loop = loop;
		this.trace = trace;
		this.random = random;
		start();
	}

	/** Takes what there is. */
	abstract void take() throws InterruptedException;

	/** What was taken was put off, or is to be told again as if it never was taken. */
	abstract void notHandled(Delivery<String> delivery, long due, boolean released);

	/** What was put off is so no longer. */
	abstract void stopped();

	/** Takes something, or answers what was taken. */
	final void act(boolean reliably) throws InterruptedException {
		if (this.subscription == null || (this.paused && !reliably)) {
			return;
		}
		if (!this.inFlight.isEmpty() && (reliably || this.random.nextBoolean())) {
			answer(this.inFlight.remove(this.random.nextInt(this.inFlight.size())), reliably);
		}
		take();
		while (reliably && !this.inFlight.isEmpty()) {
			answer(this.inFlight.remove(0), true);
			take();
		}
	}

	final void start() {
		this.paused = false;
		if (this.subscription == null) {
			this.subscription = this.values.subscribe(this.range, DECODER, this.handled);
			this.trace.add(() -> this + " starts");
		}
	}

	/** What is pending stays so. */
	final void pause() {
		this.paused = true;
	}

	/** Stops in the middle of its calls, whose answers come too late. */
	final void stop() {
		if (this.subscription != null) {
			this.handled = this.subscription.stop();
			this.inFlight.forEach((delivery) -> {
				updates(delivery, this::failed);
				notHandled(delivery, 0, false);
				this.subscription.handled(delivery);
			});
			this.inFlight.clear();
			this.subscription = null;
			stopped();
			this.trace.add(() -> this + " stops");
		}
	}

	final void close() {
		if (this.subscription != null) {
			this.subscription.close();
		}
	}

	final Subscription<String> subscription() {
		return this.subscription;
	}

	final KeyRange range() {
		return this.range;
	}

	final List<Delivery<String>> inFlight() {
		return this.inFlight;
	}

	final void taken(Delivery<String> delivery) {
		this.deliveries += delivery.updates().size();
		this.trace.add(() -> this + " gets " + delivery.updates());
		for (Delivery<String> other : this.inFlight) {
			updates(other, (one) -> updates(delivery, (two) -> Promise.check(!key(one).equals(key(two)),
					() -> this + " gets " + two + " while " + one + " is handled")));
		}
		updates(delivery, this::delivered);
		this.inFlight.add(delivery);
	}

	private void delivered(EtcdUpdate<String> update) {
		Key key = key(update);
		String value = update.value();
		int attempts = this.tried.getOrDefault(key, 0);
		Promise.check(update.attempt() == attempts + 1,
				() -> this + " hears that " + update + " is attempt " + update.attempt() + " after " + attempts);
		Promise.check(value == null || this.store.wasThere(key, ModelStore.bytes(value), update.revision()),
				() -> this + " gets " + update + " to '" + value + "', which never was");
		Promise.check(value != null || this.shown.containsKey(key) || attempts > 0,
				() -> this + " gets " + update + ", which was never shown");
		Promise.check(attempts > 0 || !Objects.equals(value, this.shown.get(key)),
				() -> this + " gets " + update + ", which is no news");
		checkOrder(key, update.revision(), attempts > 0);
	}

	private void checkOrder(Key key, long revision, boolean again) {
		Told last = this.told.getOrDefault(key, new Told(0, 0, null));
		boolean fell = revision < last.revision() || (revision == last.revision() && !again);
		int falls = last.falls() + (fell ? 1 : 0);
		Promise.check(falls <= this.store.epoch(),
				() -> this + " goes back with '" + key + "' from " + last.revision() + " to " + revision);
		this.told.put(key, new Told(revision, falls, last.withoutBefore()));
	}

	private void answer(Delivery<String> delivery, boolean reliably) {
		int chance = reliably ? 0 : this.random.nextInt(10);
		if (chance < 6) {
			updates(delivery, this::handled);
			this.subscription.handled(delivery);
		}
		else if (chance < 9) {
			updates(delivery, this::failed);
			long delay = this.random.nextLong(2_000_000_000L);
			notHandled(delivery, this.loop.nanoTime() + delay, false);
			this.subscription.failed(delivery, Duration.ofNanos(delay));
		}
		else {
			// It was never attempted, so the same may come again.
			updates(delivery, (update) -> this.told.computeIfPresent(key(update), (key, last) -> last.before()));
			notHandled(delivery, 0, true);
			this.subscription.release(delivery);
		}
	}

	private void handled(EtcdUpdate<String> update) {
		this.tried.remove(key(update));
		if (update.isDeletion()) {
			this.shown.remove(key(update));
		}
		else {
			this.shown.put(key(update), update.value());
		}
	}

	private void failed(EtcdUpdate<String> update) {
		this.tried.merge(key(update), 1, Integer::sum);
	}

	/**
	 * What is still to come until all is as it should be.
	 * @return what, {@code null} for nothing
	 */
	final String missing() {
		WatchStatus status = this.subscription.status();
		if (status.state() != EtcdWatchState.LIVE || status.backlog() > 0 || !this.subscription.isSynced()
				|| status.reconnectAttempts() > 0) {
			return this + " is at " + status;
		}
		Map<Key, String> expected = new HashMap<>();
		for (Entry entry : this.store.state(this.range).values()) {
			String value = text(entry);
			// What cannot be decoded leaves in place what was shown.
			String seen = value.startsWith(UNDECODABLE) ? this.shown.get(entry.key()) : value;
			if (seen != null) {
				expected.put(entry.key(), seen);
			}
			if (value.startsWith(UNDECODABLE)) {
				this.tried.remove(entry.key());
			}
		}
		if (!this.shown.equals(expected)) {
			Map<Key, String> right = new HashMap<>(this.shown);
			right.entrySet().retainAll(expected.entrySet());
			Map<Key, String> wrong = new HashMap<>(this.shown);
			wrong.entrySet().removeAll(right.entrySet());
			expected.entrySet().removeAll(right.entrySet());
			return this + " has handled " + wrong + " instead of " + expected;
		}
		return this.tried.isEmpty() ? null : this + " has tried in vain " + this.tried;
	}

	/** One pending entry a key that ever was, at the most. */
	final void assertBounded(int keys) {
		int backlog = this.subscription.status().backlog();
		Promise.check(backlog <= keys, () -> this + " has a backlog of " + backlog);
	}

	final int deliveries() {
		return this.deliveries;
	}

	@Override
	public final String toString() {
		return getClass().getSimpleName() + " of '" + this.range + "'";
	}

	static String text(Entry entry) {
		return new String(Objects.requireNonNull(entry.value()), StandardCharsets.UTF_8);
	}

	static Key key(EtcdUpdate<String> update) {
		return new Key(update.keyBytes());
	}

	private static void updates(Delivery<String> delivery, java.util.function.Consumer<EtcdUpdate<String>> action) {
		delivery.updates().forEach(action);
	}

	/**
	 * What was told of a key.
	 *
	 * @param revision at which revision
	 * @param falls how often the revision fell until then
	 * @param before what was told before
	 */
	private record Told(long revision, int falls, Told before) {

		Told withoutBefore() {
			return new Told(this.revision, this.falls, null);
		}

	}

}

package org.etcdevent.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.etcdevent.EtcdDecodingException;
import org.etcdevent.EtcdFreshness;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcher;
import org.etcdevent.KeyRange;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;

/**
 * Reads a value, whole and key by key, and follows it with a watcher.
 */
final class Reader {

	private final EtcdValue<String> value;

	private final EtcdWatcher<String> watcher;

	private final ModelStore store;

	private final Cuts cuts;

	private final Profile.Calls calls;

	private final RandomGenerator random;

	private final Map<Key, String> told = new HashMap<>();

	/** Whether it was ever read. */
	private boolean known;

	Reader(KeyRange range, ModelStore store, FeedValues values, Profile.Calls calls, RandomGenerator random) {
		this.store = store;
		this.value = values.value(range, Consumer.DECODER);
		this.watcher = this.value.watch();
		this.cuts = new Cuts(range, store);
		this.calls = calls;
		this.random = random;
	}

	void act(boolean reliably) {
		EtcdUpdate<String> update;
		while ((reliably || this.calls.follows().happens(this.random)) && (update = this.watcher.poll()) != null) {
			follow(update);
		}
		if (reliably || this.calls.reads().happens(this.random)) {
			read();
		}
	}

	private void follow(EtcdUpdate<String> update) {
		Key key = Consumer.key(update);
		String before = update.isDeletion() ? this.told.remove(key) : this.told.put(key, update.value());
		Promise.check((before != null || !update.isDeletion()) && (before == null || !before.equals(update.value())),
				() -> this + " gets " + update + ", which is no news");
	}

	private void read() {
		try {
			EtcdSnapshot<String> snapshot = this.value.snapshot();
			this.known = true;
			this.cuts.check(snapshot);
			Entry any = this.store.anyOf(this.value.range(), this.random);
			// A key that is no text cannot be asked for by text.
			if (any != null && !any.key().toString().contains("\\x")) {
				String name = any.key().toString();
				Promise.check(this.value.get(name).equals(snapshot.get(name)),
						() -> this + " reads two values of '" + name + "' at once");
			}
		}
		catch (EtcdDecodingException ex) {
			Promise.check(this.cuts.hasUndecodable(), () -> this + " cannot be decoded: " + ex);
		}
		catch (EtcdSyncTimeoutException ex) {
			Promise.check(!this.known, () -> this + " cannot be read any more: " + ex);
		}
	}

	/**
	 * What is still to come until all is as it should be.
	 * @return what, {@code null} for nothing
	 */
	String missing() {
		EtcdFreshness freshness = this.value.freshness();
		if (freshness.state() != EtcdWatchState.LIVE || !this.known) {
			return this + " is " + freshness;
		}
		EtcdSnapshot<String> snapshot = this.value.snapshot();
		for (Entry entry : this.store.state(this.value.range()).values()) {
			String text = Consumer.text(entry);
			if (!text.startsWith(Consumer.UNDECODABLE)
					&& (!text.equals(snapshot.entries().get(this.store.name(entry.key())))
							|| !text.equals(this.told.get(entry.key())))) {
				return this + " misses " + entry;
			}
		}
		this.cuts.check(snapshot);
		return this.told.keySet().stream().allMatch(this.store.state(this.value.range())::containsKey) ? null
				: this + " was told " + this.told;
	}

	EtcdFreshness freshness() {
		return this.value.freshness();
	}

	KeyRange range() {
		return this.value.range();
	}

	void close() {
		this.watcher.close();
		this.value.close();
	}

	@Override
	public String toString() {
		return "Reader of '" + this.value.range() + "'";
	}

}

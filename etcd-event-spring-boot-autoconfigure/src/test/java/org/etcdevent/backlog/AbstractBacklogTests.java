package org.etcdevent.backlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.feed.Change;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A backlog, and the range that its changes are of.
 */
abstract class AbstractBacklogTests {

	final Backlog backlog = new Backlog(new HandledKeys());

	final Map<Key, Entry> range = new TreeMap<>();

	long revision = 10;

	void open(String... keysAndValues) {
		for (int i = 0; i < keysAndValues.length; i += 2) {
			put(keysAndValues[i], keysAndValues[i + 1]);
		}
		this.backlog.addSlice(new ArrayList<>(this.range.values()));
		this.backlog.open(this.revision);
	}

	/** What a consumer begins with that goes on after this one. */
	Backlog successor() {
		return new Backlog(handled(this.backlog));
	}

	HandledKeys handled(Backlog by) {
		HandledKeys handled = new HandledKeys();
		by.handled(new TreeMap<>(this.range), handled);
		return handled;
	}

	void put(String key, String value) {
		this.revision++;
		this.range.put(key(key), new Entry(key(key), bytes(value), this.revision));
	}

	void change(String key, String value) {
		change(this.backlog, key, value);
	}

	void change(Backlog target, String key, String value) {
		Entry before = this.range.get(key(key));
		this.revision++;
		Entry after = new Entry(key(key), (value != null) ? bytes(value) : null, this.revision);
		if (value != null) {
			this.range.put(after.key(), after);
		}
		else {
			this.range.remove(after.key());
		}
		target.add(List.of(new Change(before, after)), this.revision);
	}

	Pending take() {
		Pending pending = this.backlog.poll(0);
		assertThat(pending).isNotNull();
		return pending;
	}

	static String told(Pending pending) {
		Entry entry = pending.entry();
		return entry.isTombstone() ? entry.key() + " deleted"
				: entry.key() + "=" + new String(entry.value(), StandardCharsets.UTF_8);
	}

	static Key key(String name) {
		return new Key(bytes(name));
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

package org.etcdevent.feed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;

/**
 * Entries for tests.
 */
public final class Entries {

	private Entries() {
	}

	public static Key key(String name) {
		return new Key(name.getBytes(StandardCharsets.UTF_8));
	}

	static Entry put(String name, String value, long revision) {
		return new Entry(key(name), value.getBytes(StandardCharsets.UTF_8), revision);
	}

	static Entry deleted(String name, long revision) {
		return new Entry(key(name), null, revision);
	}

	static TreeMap<Key, Entry> map(Entry... entries) {
		TreeMap<Key, Entry> map = new TreeMap<>();
		Arrays.stream(entries).forEach((entry) -> map.put(entry.key(), entry));
		return map;
	}

	static String told(Entry entry) {
		return entry.isTombstone() ? entry.toString() : entry + "=" + new String(entry.value(), StandardCharsets.UTF_8);
	}

	static List<String> told(List<Change> changes) {
		return changes.stream().map((change) -> told(change.after())).toList();
	}

}

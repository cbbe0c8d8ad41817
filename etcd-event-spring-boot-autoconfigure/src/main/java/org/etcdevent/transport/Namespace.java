package org.etcdevent.transport;

import java.util.Arrays;
import java.util.List;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.RangeRead;

/**
 * What goes before every key of an application, and is not seen in it: plain bytes, with
 * no separator added. Immutable.
 */
final class Namespace {

	private final byte[] prefix;

	/** The least key after the namespace; {@code \0} if there is none. */
	private final byte[] end;

	Namespace(byte[] prefix) {
		this.prefix = prefix.clone();
		this.end = KeyRange.prefix(prefix).end();
	}

	/**
	 * The same keys, as etcd calls them. The key that is the namespace itself has no name
	 * in it, and so is in no range.
	 * @param range keys of the application
	 * @return keys of etcd
	 */
	KeyRange range(KeyRange range) {
		byte[] start = key(range.start());
		return range.isSingleKey() ? KeyRange.key(start) : KeyRange.between(start, rangeEnd(range.end()));
	}

	RangeRead read(RangeRead read) {
		return new RangeRead(key(read.start()), rangeEnd(read.end()), read.revision(), read.limit(), read.detail(),
				read.timeoutNanos());
	}

	List<Key> keys(List<Key> keys) {
		return keys.stream().map((key) -> new Key(key(key.bytes()))).toList();
	}

	/** What etcd answers, as the application calls it. */
	List<Entry> relative(List<Entry> entries) {
		return entries.stream().map(this::relative).toList();
	}

	private Entry relative(Entry entry) {
		byte[] key = entry.key().bytes();
		return new Entry(new Key(Arrays.copyOfRange(key, this.prefix.length, key.length)), entry.value(),
				entry.modRevision());
	}

	private byte[] rangeEnd(byte[] rangeEnd) {
		if (rangeEnd.length == 0) {
			return rangeEnd;
		}
		// "No end" is the end of the namespace.
		return (rangeEnd.length == 1 && rangeEnd[0] == 0) ? this.end : key(rangeEnd);
	}

	private byte[] key(byte[] key) {
		byte[] whole = Arrays.copyOf(this.prefix, this.prefix.length + key.length);
		System.arraycopy(key, 0, whole, this.prefix.length, key.length);
		return whole;
	}

	@Override
	public String toString() {
		return KeyRange.printable(this.prefix);
	}

}

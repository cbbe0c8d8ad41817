package org.etcdevent.feed;

import java.util.Arrays;

import org.etcdevent.KeyRange;

/**
 * A key of etcd, in etcd's order: that of its unsigned bytes. Immutable by agreement: the
 * bytes are shared and must not be changed.
 */
public final class Key implements Comparable<Key> {

	private final byte[] bytes;

	public Key(byte[] bytes) {
		this.bytes = bytes;
	}

	public byte[] bytes() {
		return this.bytes;
	}

	@Override
	public int compareTo(Key other) {
		return Arrays.compareUnsigned(this.bytes, other.bytes);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Key key && Arrays.equals(this.bytes, key.bytes);
	}

	/**
	 * That of {@link Arrays#hashCode(byte[])}, four bytes at a time: each consumer of a
	 * range looks each change up, and to keep the hash would cost memory for each key.
	 * Keys that follow one another stay neighbours, which the processor's caches like.
	 */
	@Override
	public int hashCode() {
		byte[] all = this.bytes;
		int hash = 1;
		int i = 0;
		for (; i < all.length - 3; i += 4) {
			hash = 31 * 31 * 31 * 31 * hash + 31 * 31 * 31 * all[i] + 31 * 31 * all[i + 1] + 31 * all[i + 2]
					+ all[i + 3];
		}
		for (; i < all.length; i++) {
			hash = 31 * hash + all[i];
		}
		return hash;
	}

	@Override
	public String toString() {
		return KeyRange.printable(this.bytes);
	}

}

package org.etcdevent.feed;

import java.util.Arrays;

import org.etcdevent.KeyRange;

/**
 * A key of etcd, in etcd's order: that of its unsigned bytes. Immutable by agreement: the
 * bytes are shared and must not be changed.
 */
public final class Key implements Comparable<Key> {

	private final byte[] bytes;

	/** Kept, for each consumer of a range looks each change up several times. */
	private final int hash;

	public Key(byte[] bytes) {
		this.bytes = bytes;
		this.hash = Arrays.hashCode(bytes);
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
		return other instanceof Key key && this.hash == key.hash && Arrays.equals(this.bytes, key.bytes);
	}

	@Override
	public int hashCode() {
		return this.hash;
	}

	@Override
	public String toString() {
		return KeyRange.printable(this.bytes);
	}

}

package org.etcdevent.etcd;

import java.util.Arrays;

import org.etcdevent.KeyRange;

/**
 * A key of etcd, in etcd's order: that of its unsigned bytes. Immutable by agreement: the
 * bytes are shared and must not be changed.
 */
public final class Key implements Comparable<Key> {

	private final byte[] bytes;

	/** That of the bytes, 0 as long as nobody asked for it. */
	private int hash;

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
	 * Kept once it is known, for each consumer of a range looks each change up. Threads
	 * that ask at once come to the same; the field is read once, for a second look need
	 * not see what the first has seen.
	 */
	@Override
	public int hashCode() {
		int known = this.hash;
		if (known == 0) {
			known = Arrays.hashCode(this.bytes);
			this.hash = known;
		}
		return known;
	}

	@Override
	public String toString() {
		return KeyRange.printable(this.bytes);
	}

}

package org.etcdevent.feed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import org.etcdevent.KeyRange;

/**
 * A key of etcd, in etcd's order: that of its unsigned bytes. Immutable by agreement: the
 * bytes are shared and must not be changed.
 */
public final class Key implements Comparable<Key> {

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	/** The golden ratio's, odd and without a pattern. */
	private static final long SPREAD = 0x9E3779B97F4A7C15L;

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
	 * Eight bytes at a time, for each consumer of a range looks each change up, and to
	 * keep the hash would cost memory for each key.
	 */
	@Override
	public int hashCode() {
		long hash = this.bytes.length;
		int last = this.bytes.length - Long.BYTES;
		for (int i = 0; i < last; i += Long.BYTES) {
			hash = mix(hash, (long) LONGS.get(this.bytes, i));
		}
		if (last >= 0) {
			hash = mix(hash, (long) LONGS.get(this.bytes, last));
		}
		else {
			for (byte each : this.bytes) {
				hash = mix(hash, each);
			}
		}
		return (int) (((hash ^ (hash >>> Integer.SIZE)) * SPREAD) >>> Integer.SIZE);
	}

	/** The turn lets the highest bits have their say, which a product only moves up. */
	private static long mix(long hash, long part) {
		return Long.rotateLeft(hash ^ part, 29) * SPREAD;
	}

	@Override
	public String toString() {
		return KeyRange.printable(this.bytes);
	}

}

package org.etcdevent.etcd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * What etcd has at a key as of a revision: a value, which may be empty, or nothing (a
 * tombstone). Immutable by agreement: the bytes are shared and must not be changed.
 */
public final class Entry {

	private final Key key;

	private final byte @Nullable [] value;

	private final long modRevision;

	/**
	 * An entry.
	 * @param key the key
	 * @param value the value, {@code null} for a tombstone
	 * @param modRevision the revision of the put, or of the deletion
	 */
	public Entry(Key key, byte @Nullable [] value, long modRevision) {
		this.key = key;
		this.value = value;
		this.modRevision = modRevision;
	}

	public Key key() {
		return this.key;
	}

	public byte @Nullable [] value() {
		return this.value;
	}

	public long modRevision() {
		return this.modRevision;
	}

	/**
	 * The same entry with another instance of its key, so that a key is kept once.
	 * @param same an equal key
	 * @return the entry
	 */
	public Entry withKey(Key same) {
		return new Entry(same, this.value, this.modRevision);
	}

	public boolean isTombstone() {
		return this.value == null;
	}

	/**
	 * Whether two states of a key are the same to a consumer: both absent, or equal
	 * values.
	 * @param one a state, {@code null} where the key was never there
	 * @param other another state of the same key
	 * @return {@code true} if going from one to the other is no change
	 */
	public static boolean isSame(@Nullable Entry one, @Nullable Entry other) {
		byte[] a = (one != null) ? one.value : null;
		byte[] b = (other != null) ? other.value : null;
		return Arrays.equals(a, b);
	}

	/**
	 * Whether both are of one write of a key, with one outcome.
	 * @param other another state of the same key
	 * @return {@code true} if revision and value are equal
	 */
	public boolean isSameWrite(Entry other) {
		return this.modRevision == other.modRevision && isSame(this, other);
	}

	@Override
	public String toString() {
		return this.key + "@" + this.modRevision + (isTombstone() ? " deleted" : "");
	}

}

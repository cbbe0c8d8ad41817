package org.etcdevent;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What changed at one key since its consumer last looked: the latest value, or that the
 * key was deleted. Values in between are not delivered. Immutable, as far as the value
 * is; made by the watch, and by the factory methods for tests of handlers.
 *
 * @param <T> the type of the decoded value
 */
public final class EtcdUpdate<T> {

	/** What stands for bytes that are not UTF-8, and seldom for itself. */
	private static final char REPLACEMENT = '\uFFFD';

	private final byte[] key;

	private final @Nullable T value;

	private final long revision;

	private final boolean initial;

	private final int attempt;

	private EtcdUpdate(byte[] key, @Nullable T value, long revision, boolean initial, int attempt) {
		this.key = key;
		this.value = value;
		this.revision = revision;
		this.initial = initial;
		this.attempt = attempt;
	}

	/**
	 * An update with a value.
	 * @param key the key, in UTF-8
	 * @param value the value
	 * @param revision the revision at which it was written
	 * @param <T> the type of the value
	 * @return the update: not initial, first attempt
	 */
	public static <T> EtcdUpdate<T> of(String key, T value, long revision) {
		Objects.requireNonNull(value, "The value is null: a deletion is made by deletion(…)");
		return new EtcdUpdate<>(key.getBytes(StandardCharsets.UTF_8), value, revision, false, 1);
	}

	/**
	 * An update for a deleted key.
	 * @param key the key, in UTF-8
	 * @param revision the revision at which the deletion was seen
	 * @param <T> the type of the values of the range
	 * @return the update: not initial, first attempt
	 */
	public static <T> EtcdUpdate<T> deletion(String key, long revision) {
		return new EtcdUpdate<>(key.getBytes(StandardCharsets.UTF_8), null, revision, false, 1);
	}

	/**
	 * An update with everything that a watch delivers.
	 * @param key the key's bytes
	 * @param value the value, {@code null} for a deletion
	 * @param revision the revision of the change
	 * @param initial whether it belongs to the initial state
	 * @param attempt the number of this attempt, from 1
	 * @param <T> the type of the value
	 * @return the update
	 */
	public static <T> EtcdUpdate<T> of(byte[] key, @Nullable T value, long revision, boolean initial, int attempt) {
		return new EtcdUpdate<>(key.clone(), value, revision, initial, attempt);
	}

	/**
	 * The key as text.
	 * @return the key
	 * @throws IllegalStateException if the key is not valid UTF-8; {@link #keyBytes()}
	 * has it in any case
	 */
	public String key() {
		return text(this.key);
	}

	/**
	 * The key as etcd has it.
	 * @return a copy of the bytes
	 */
	public byte[] keyBytes() {
		return this.key.clone();
	}

	/**
	 * The newest value.
	 * @return the value, {@code null} if the key is gone
	 */
	public @Nullable T value() {
		return this.value;
	}

	/**
	 * Whether the key is gone. An empty value is a value, not a deletion.
	 * @return {@code true} for a deletion
	 */
	public boolean isDeletion() {
		return this.value == null;
	}

	/**
	 * The revision of the change: the key's mod revision, or that of its deletion. A
	 * deletion that happened while disconnected has the revision at which it was found.
	 * @return the etcd revision
	 */
	public long revision() {
		return this.revision;
	}

	/**
	 * Whether the key belongs to the initial state, which is delivered before any change.
	 * @return {@code true} until the initial state is delivered
	 */
	public boolean initial() {
		return this.initial;
	}

	/**
	 * The number of consecutive attempts to handle the key, including this one; newer
	 * values continue the count until one is handled.
	 * @return the attempt, from 1
	 */
	public int attempt() {
		return this.attempt;
	}

	/**
	 * The update without its value, which may be secret.
	 */
	@Override
	public String toString() {
		return (isDeletion() ? "deletion of '" : "update of '") + KeyRange.printable(this.key) + "' at revision "
				+ this.revision;
	}

	static String text(byte[] key) {
		String text = new String(key, StandardCharsets.UTF_8);
		return (text.indexOf(REPLACEMENT) < 0) ? text : strictText(key);
	}

	private static String strictText(byte[] key) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalStateException(
					"The key '" + KeyRange.printable(key) + "' is not valid UTF-8: use its bytes instead", ex);
		}
	}

}

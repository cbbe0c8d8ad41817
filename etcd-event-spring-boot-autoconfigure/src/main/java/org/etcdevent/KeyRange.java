package org.etcdevent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A range of keys in etcd: one key, all keys with a prefix, or everything from one key up
 * to another. Two ranges are equal when they hold the same keys; consumers of equal
 * ranges share one watch.
 * <p>
 * Ranges follow etcd's own rules: keys are byte strings in unsigned order, the end is
 * exclusive, and the end {@code \0} means "no end". Immutable and thread-safe.
 */
public final class KeyRange {

	private static final byte[] NONE = {};

	private static final byte[] ZERO = { 0 };

	private final byte[] start;

	/** Empty for a single key, {@code \0} for no end. */
	private final byte[] end;

	private KeyRange(byte[] start, byte[] end) {
		this.start = start;
		this.end = end;
	}

	/**
	 * The range that a text stands for, as {@link EtcdWatch} and the properties read it:
	 * {@code "a/"} and {@code "a*"} are all keys that begin with {@code a/} and
	 * {@code a}, {@code "*"} is every key, anything else is that one key.
	 * @param text the key or prefix, in UTF-8
	 * @return the range
	 * @throws IllegalArgumentException if the text is empty
	 */
	public static KeyRange parse(String text) {
		if (text.isEmpty()) {
			throw new IllegalArgumentException(
					"The key is empty: name a key, a prefix (\"a/\" or \"a*\"), " + "or \"*\" for every key");
		}
		if (text.endsWith("*")) {
			return prefix(text.substring(0, text.length() - 1));
		}
		return text.endsWith("/") ? prefix(text) : key(text);
	}

	/**
	 * One key.
	 * @param key the key, in UTF-8; not empty
	 * @return the range
	 * @throws IllegalArgumentException if the key is empty
	 */
	public static KeyRange key(String key) {
		return key(bytes(key));
	}

	/**
	 * One key.
	 * @param key the key's bytes; not empty
	 * @return the range
	 * @throws IllegalArgumentException if the key is empty
	 */
	public static KeyRange key(byte[] key) {
		if (key.length == 0) {
			throw new IllegalArgumentException("The key is empty: etcd has no empty keys");
		}
		return new KeyRange(key.clone(), NONE);
	}

	/**
	 * All keys that begin with a prefix; the empty prefix is every key.
	 * @param prefix the prefix, in UTF-8
	 * @return the range
	 */
	public static KeyRange prefix(String prefix) {
		return prefix(bytes(prefix));
	}

	/**
	 * All keys that begin with a prefix; the empty prefix is every key.
	 * @param prefix the prefix's bytes
	 * @return the range
	 */
	public static KeyRange prefix(byte[] prefix) {
		if (prefix.length == 0) {
			return all();
		}
		return new KeyRange(prefix.clone(), prefixEnd(prefix));
	}

	/**
	 * Every key.
	 * @return the range
	 */
	public static KeyRange all() {
		return new KeyRange(ZERO, ZERO);
	}

	/**
	 * All keys from one up to, but without, another.
	 * @param start the first key, in UTF-8; not empty
	 * @param end the key after the last; greater than {@code start}
	 * @return the range
	 * @throws IllegalArgumentException if the range holds no key
	 */
	public static KeyRange between(String start, String end) {
		return between(bytes(start), bytes(end));
	}

	/**
	 * All keys from one up to, but without, another.
	 * @param start the first key's bytes; not empty
	 * @param end the bytes of the key after the last; greater than {@code start}, or
	 * {@code \0} for no end
	 * @return the range
	 * @throws IllegalArgumentException if the range holds no key
	 */
	public static KeyRange between(byte[] start, byte[] end) {
		if (start.length == 0) {
			throw new IllegalArgumentException("The range's start is empty: etcd has no empty keys");
		}
		if (end.length == 0) {
			throw new IllegalArgumentException(
					"The range's end is empty: name the key after the last, or \"\\0\" for no end");
		}
		if (!isZero(end) && Arrays.compareUnsigned(start, end) >= 0) {
			throw new IllegalArgumentException("The range's end '" + printable(end) + "' is not after its start '"
					+ printable(start) + "', so it holds no key");
		}
		return new KeyRange(start.clone(), end.clone());
	}

	/**
	 * Whether this range is one key.
	 * @return {@code true} for a single key
	 */
	public boolean isSingleKey() {
		return this.end.length == 0;
	}

	/**
	 * Whether a key lies in this range.
	 * @param key the key's bytes
	 * @return {@code true} if it does
	 */
	public boolean contains(byte[] key) {
		if (isSingleKey()) {
			return Arrays.equals(this.start, key);
		}
		return Arrays.compareUnsigned(this.start, key) <= 0
				&& (isZero(this.end) || Arrays.compareUnsigned(key, this.end) < 0);
	}

	/**
	 * The first key, as etcd's {@code key}.
	 * @return a copy of the bytes
	 */
	public byte[] start() {
		return this.start.clone();
	}

	/**
	 * The end, as etcd's {@code range_end}: empty for a single key, {@code \0} for no
	 * end.
	 * @return a copy of the bytes
	 */
	public byte[] end() {
		return this.end.clone();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof KeyRange range && Arrays.equals(this.start, range.start)
				&& Arrays.equals(this.end, range.end);
	}

	@Override
	public int hashCode() {
		return 31 * Arrays.hashCode(this.start) + Arrays.hashCode(this.end);
	}

	/**
	 * The range in words, as it is written in an annotation: {@code key},
	 * {@code prefix/}, {@code prefix*}, {@code *}; or {@code [start, end)}. Bytes that
	 * are not printable are shown as {@code \xNN}.
	 */
	@Override
	public String toString() {
		if (isSingleKey()) {
			return printable(this.start);
		}
		if (isZero(this.start) && isZero(this.end)) {
			return "*";
		}
		if (Arrays.equals(this.end, prefixEnd(this.start))) {
			return printable(this.start) + (endsWithSlash() ? "" : "*");
		}
		return "[" + printable(this.start) + ", " + (isZero(this.end) ? "" : printable(this.end)) + ")";
	}

	/**
	 * A key as text for messages: UTF-8 where the bytes are valid and printable,
	 * {@code \xNN} for all others, and then for a backslash too, so that no two of those
	 * look alike. Not printable are control and format characters, among them those that
	 * change the direction of text, separators of lines and paragraphs, and whatever else
	 * does not show.
	 * @param key the key's bytes
	 * @return the text
	 */
	public static String printable(byte[] key) {
		String text = new String(key, StandardCharsets.UTF_8);
		if (Arrays.equals(bytes(text), key) && text.codePoints().allMatch(KeyRange::isPrintable)) {
			return text;
		}
		StringBuilder escaped = new StringBuilder();
		for (byte b : key) {
			if (b >= 0x20 && b < 0x7f && b != '\\') {
				escaped.append((char) b);
			}
			else {
				escaped.append(String.format("\\x%02x", b));
			}
		}
		return escaped.toString();
	}

	private static boolean isPrintable(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.UNASSIGNED ->
				false;
			case Character.SPACE_SEPARATOR -> character == ' ';
			default -> !isBlank(character);
		};
	}

	/** Letters, marks and symbols that Unicode says are not shown, or show nothing. */
	private static boolean isBlank(int character) {
		return switch (character) {
			case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0 -> true;
			default -> (character >= 0x180b && character <= 0x180f) || (character >= 0xfe00 && character <= 0xfe0f)
					|| (character >= 0xe0100 && character <= 0xe01ef);
		};
	}

	/**
	 * The least key after all that begin with the prefix; a prefix of 0xff has no end.
	 */
	private static byte[] prefixEnd(byte[] prefix) {
		for (int i = prefix.length - 1; i >= 0; i--) {
			if (prefix[i] != (byte) 0xff) {
				byte[] end = Arrays.copyOf(prefix, i + 1);
				end[i]++;
				return end;
			}
		}
		return ZERO;
	}

	private boolean endsWithSlash() {
		return this.start[this.start.length - 1] == '/';
	}

	private static boolean isZero(byte[] key) {
		return key.length == 1 && key[0] == 0;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

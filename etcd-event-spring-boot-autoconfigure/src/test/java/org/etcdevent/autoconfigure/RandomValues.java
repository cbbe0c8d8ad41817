package org.etcdevent.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Bytes that nobody wrote for a decoder: chance, text, pieces of JSON in any order, JSON
 * that is cut off, and what makes a parser go deep or count far.
 */
final class RandomValues {

	private static final List<String> PIECES = List.of("{", "}", "[", "]", ":", ",", "\"", "\"enabled\"", "true",
			"null", "1e9999", "-0", "0x", "\\", "\\u00", "\"\\ud800\"", " ", "\n", "//", "/*", "#", "'", "(", ")*",
			"PT", "5s", "red", "\ufeff", "\u0000");

	private static final List<String> DEEP = List.of("[", "{\"a\":", "(", "-", "9", "\"", "a|");

	private final Random random;

	RandomValues(long seed) {
		this.random = new Random(seed);
	}

	byte[] next() {
		return switch (this.random.nextInt(6)) {
			case 0 -> bytes(this.random.nextInt(200));
			case 1 -> utf8(text(this.random.nextInt(200)));
			case 2 -> utf8(pieces(this.random.nextInt(40)));
			case 3 -> cutOff("{\"enabled\":true,\"" + text(12) + "\":[1,2.5,\"" + text(30) + "\",{\"a\":null}]}");
			case 4 -> damaged("{\"enabled\":true}");
			default -> (this.random.nextInt(20) == 0) ? deep() : bytes(this.random.nextInt(4));
		};
	}

	private byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return bytes;
	}

	private String text(int length) {
		return this.random.ints(length, ' ', '\u007f')
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private String pieces(int count) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < count; i++) {
			text.append(PIECES.get(this.random.nextInt(PIECES.size())));
		}
		return text.toString();
	}

	private byte[] cutOff(String json) {
		byte[] bytes = utf8(json);
		return Arrays.copyOf(bytes, this.random.nextInt(bytes.length));
	}

	private byte[] damaged(String json) {
		byte[] bytes = utf8(json);
		bytes[this.random.nextInt(bytes.length)] = (byte) this.random.nextInt();
		return bytes;
	}

	private byte[] deep() {
		String deep = DEEP.get(this.random.nextInt(DEEP.size())).repeat(1 + this.random.nextInt(20_000));
		return utf8(this.random.nextBoolean() ? deep : '"' + deep + '"');
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

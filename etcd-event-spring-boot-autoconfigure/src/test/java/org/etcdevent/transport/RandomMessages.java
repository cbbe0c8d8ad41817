package org.etcdevent.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

/**
 * Answers of etcd, written field by field so that they hold what no generated class
 * writes: fields in any order and more than once, empty ones, unknown ones.
 */
final class RandomMessages {

	private static final int BIG = 70_000;

	private RandomMessages() {
	}

	static byte[] watchResponse(Random random) {
		List<byte[]> fields = new ArrayList<>();
		some(random, 2, () -> fields.add(field(1, header(random))));
		some(random, 2, () -> fields.add(field(2, number(random))));
		some(random, 2, () -> fields.add(field(3, random.nextInt(3))));
		some(random, 2, () -> fields.add(field(4, random.nextInt(3))));
		some(random, 2, () -> fields.add(field(5, number(random))));
		some(random, 2,
				() -> fields.add(field(6, utf8("reason \u00e9\ud83d\ude00" + random.nextInt(9)).toByteArray())));
		some(random, 2, () -> fields.add(field(7, random.nextInt(3))));
		some(random, 6, () -> fields.add(field(11, event(random))));
		some(random, 3, () -> fields.add(unknown(random, 12)));
		return joined(random, fields);
	}

	static byte[] rangeResponse(Random random) {
		List<byte[]> fields = new ArrayList<>();
		some(random, 2, () -> fields.add(field(1, header(random))));
		some(random, 8, () -> fields.add(field(2, keyValue(random))));
		some(random, 2, () -> fields.add(field(3, random.nextInt(3))));
		some(random, 2, () -> fields.add(field(4, number(random))));
		some(random, 3, () -> fields.add(unknown(random, 5)));
		return joined(random, fields);
	}

	/** Cut off, with bytes changed, put in or taken out, or nothing but chance. */
	static byte[] damaged(Random random, byte[] message) {
		byte[] damaged = message.clone();
		if (message.length == 0 || random.nextInt(10) == 0) {
			damaged = new byte[random.nextInt(200)];
			random.nextBytes(damaged);
			return damaged;
		}
		int at = random.nextInt(message.length);
		switch (random.nextInt(4)) {
			case 0 -> damaged = Arrays.copyOf(message, at);
			case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
			case 2 -> {
				for (int i = at; i < Math.min(message.length, at + 8); i++) {
					damaged[i] = (byte) random.nextInt();
				}
			}
			default -> {
				damaged = Arrays.copyOf(message, message.length - 1);
				System.arraycopy(message, at + 1, damaged, at, message.length - at - 1);
			}
		}
		return damaged;
	}

	static ByteString utf8(String text) {
		return ByteString.copyFromUtf8(text);
	}

	static byte[] write(Writing writing) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		CodedOutputStream out = CodedOutputStream.newInstance(bytes);
		try {
			writing.write(out);
			out.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static byte[] header(Random random) {
		List<byte[]> fields = new ArrayList<>();
		for (int number = 1; number <= 4; number++) {
			int same = number;
			some(random, 2, () -> fields.add(field(same, number(random))));
		}
		some(random, 1, () -> fields.add(unknown(random, 5)));
		return joined(random, fields);
	}

	private static byte[] event(Random random) {
		List<byte[]> fields = new ArrayList<>();
		some(random, 2, () -> fields.add(field(1, random.nextInt(4) - 1)));
		some(random, 2, () -> fields.add(field(2, keyValue(random))));
		some(random, 1, () -> fields.add(field(3, keyValue(random))));
		some(random, 1, () -> fields.add(unknown(random, 4)));
		return joined(random, fields);
	}

	private static byte[] keyValue(Random random) {
		List<byte[]> fields = new ArrayList<>();
		some(random, 2, () -> fields.add(field(1, bytes(random))));
		for (int number : new int[] { 2, 3, 4, 6 }) {
			some(random, 2, () -> fields.add(field(number, number(random))));
		}
		some(random, 2, () -> fields.add(field(5, bytes(random))));
		some(random, 1, () -> fields.add(unknown(random, 7)));
		return joined(random, fields);
	}

	private static byte[] unknown(Random random, int from) {
		int number = (random.nextInt(20) == 0) ? 536_870_911 : from + random.nextInt(100);
		return switch (random.nextInt(5)) {
			case 0 -> field(number, number(random));
			case 1 -> field(number, bytes(random));
			case 2 -> write((out) -> out.writeFixed32(number, random.nextInt()));
			case 3 -> write((out) -> out.writeFixed64(number, random.nextLong()));
			default -> {
				byte[] inner = field(1 + random.nextInt(9), number(random));
				yield write((out) -> {
					out.writeTag(number, 3);
					out.writeRawBytes(inner);
					out.writeTag(number, 4);
				});
			}
		};
	}

	private static byte[] field(int number, long value) {
		return write((out) -> out.writeUInt64(number, value));
	}

	private static byte[] field(int number, byte[] value) {
		return write((out) -> out.writeByteArray(number, value));
	}

	/** Of all sizes that a varint can have, negative ones included. */
	private static long number(Random random) {
		return random.nextLong() >> random.nextInt(64);
	}

	private static byte[] bytes(Random random) {
		byte[] bytes = new byte[(random.nextInt(500) == 0) ? BIG : random.nextInt(random.nextInt(300) + 1)];
		random.nextBytes(bytes);
		return bytes;
	}

	private static void some(Random random, int most, Runnable action) {
		int times = random.nextInt(most + 1);
		for (int i = 0; i < times; i++) {
			action.run();
		}
	}

	private static byte[] joined(Random random, List<byte[]> fields) {
		Collections.shuffle(fields, random);
		return write((out) -> {
			for (byte[] field : fields) {
				out.writeRawBytes(field);
			}
		});
	}

	@FunctionalInterface
	interface Writing {

		void write(CodedOutputStream out) throws IOException;

	}

}

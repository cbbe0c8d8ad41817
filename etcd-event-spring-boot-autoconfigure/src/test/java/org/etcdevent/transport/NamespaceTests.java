package org.etcdevent.transport;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.RangeRead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Namespace}: the arithmetic of ranges.
 */
class NamespaceTests {

	private static final HexFormat HEX = HexFormat.of();

	/** All in hexadecimal: 61 is "a", 2f is "/". */
	@ParameterizedTest
	@CsvSource({
			// one key
			"612f, 6b, '', 612f6b, ''",
			// a prefix
			"612f, 6b2f, 6b30, 612f6b2f, 612f6b30",
			// between two keys
			"612f, 6b, 6d, 612f6b, 612f6d",
			// every key
			"612f, 00, 00, 612f00, 6130",
			// from a key on
			"612f, 6b, 00, 612f6b, 6130",
			// keys that are no text
			"612f, ff00fe, '', 612fff00fe, ''",
			// a prefix without end in it
			"612f, ff, 00, 612fff, 6130",
			// a namespace whose last byte is the greatest
			"61ff, 00, 00, 61ff00, 62", "61ffff, 6b, 00, 61ffff6b, 62",
			// a namespace after which there is nothing
			"ff, 00, 00, ff00, 00", "ffff, 6b, 00, ffff6b, 00", "ff, 6b, '', ff6b, ''",
			// a namespace of the least byte is no sign for "no end"
			"00, 6b, 6c, 006b, 006c", "00, 6b, 00, 006b, 01" })
	void goesBeforeBothEndsOfARange(String namespace, String start, String end, String etcdStart, String etcdEnd) {
		Namespace tested = new Namespace(HEX.parseHex(namespace));
		RangeRead read = tested
			.read(new RangeRead(HEX.parseHex(start), HEX.parseHex(end), 7, 8, RangeRead.Detail.KEYS, 9));
		assertThat(HEX.formatHex(read.start())).isEqualTo(etcdStart);
		assertThat(HEX.formatHex(read.end())).isEqualTo(etcdEnd);
		assertThat(read.revision()).isEqualTo(7);
		assertThat(read.limit()).isEqualTo(8);
		assertThat(read.detail()).isEqualTo(RangeRead.Detail.KEYS);
		assertThat(read.timeoutNanos()).isEqualTo(9);
		KeyRange range = tested.range(range(HEX.parseHex(start), HEX.parseHex(end)));
		assertThat(HEX.formatHex(range.start())).isEqualTo(etcdStart);
		assertThat(HEX.formatHex(range.end())).isEqualTo(etcdEnd);
	}

	@Test
	void everyKeyIsEveryKeyOfTheNamespaceAlone() {
		KeyRange all = new Namespace(bytes("app/")).range(KeyRange.all());
		assertThat(all.contains(bytes("app/a"))).isTrue();
		assertThat(all.contains(new byte[] { 'a', 'p', 'p', '/', (byte) 0xff, (byte) 0xff })).isTrue();
		assertThat(all.contains(bytes("app"))).isFalse();
		assertThat(all.contains(bytes("app0"))).isFalse();
		assertThat(all.contains(bytes("apo/a"))).isFalse();
	}

	/** It would have an empty name, and etcd knows no empty keys. */
	@Test
	void theKeyThatIsTheNamespaceItselfIsNotInIt() {
		assertThat(new Namespace(bytes("app/")).range(KeyRange.all()).contains(bytes("app/"))).isFalse();
	}

	@Test
	void isTakenOffWhatIsAnswered() {
		Namespace namespace = new Namespace(bytes("app/"));
		Entry put = new Entry(new Key(bytes("app/a")), bytes("one"), 3);
		Entry deleted = new Entry(new Key(bytes("app/app/")), null, 4);
		List<Entry> relative = namespace.relative(List.of(put, deleted));
		assertThat(relative).extracting(Entry::toString).containsExactly("a@3", "app/@4 deleted");
		assertThat(relative.get(0).value()).isEqualTo(bytes("one"));
		assertThat(namespace.keys(List.of(new Key(bytes("a")), new Key(bytes("b")))))
			.containsExactly(new Key(bytes("app/a")), new Key(bytes("app/b")));
	}

	private static KeyRange range(byte[] start, byte[] end) {
		return (end.length == 0) ? KeyRange.key(start) : KeyRange.between(start, end);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

package org.etcdevent;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KeyRangeTests {

	private static final byte[] FF = { (byte) 0xff };

	private static final byte[] ZERO = { 0 };

	@Test
	void aTextIsAKeyOrAPrefix() {
		assertThat(KeyRange.parse("a")).isEqualTo(KeyRange.key("a"));
		assertThat(KeyRange.parse("a/")).isEqualTo(KeyRange.prefix("a/"));
		assertThat(KeyRange.parse("a*")).isEqualTo(KeyRange.prefix("a"));
		assertThat(KeyRange.parse("a/*")).isEqualTo(KeyRange.prefix("a/"));
		assertThat(KeyRange.parse("a*b")).isEqualTo(KeyRange.key("a*b"));
		assertThat(KeyRange.parse("*")).isEqualTo(KeyRange.all());
		assertThat(KeyRange.parse("/")).isEqualTo(KeyRange.prefix("/"));
		assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.parse("")).withMessageContaining("empty");
	}

	@Test
	void aSingleKeyHoldsItself() {
		KeyRange range = KeyRange.key("a");
		assertThat(range.isSingleKey()).isTrue();
		assertThat(range.start()).isEqualTo(bytes("a"));
		assertThat(range.end()).isEmpty();
		assertThat(range.contains(bytes("a"))).isTrue();
		assertThat(range.contains(bytes("a\0"))).isFalse();
		assertThat(range.contains(bytes(""))).isFalse();
		assertThat(range).hasToString("a");
	}

	@Test
	void aPrefixEndsAtTheNextOne() {
		KeyRange range = KeyRange.prefix("a/");
		assertThat(range.isSingleKey()).isFalse();
		assertThat(range.end()).isEqualTo(bytes("a0"));
		assertThat(range.contains(bytes("a/"))).isTrue();
		assertThat(range.contains(bytes("a/zzz"))).isTrue();
		assertThat(range.contains(bytes("a0"))).isFalse();
		assertThat(range.contains(bytes("a"))).isFalse();
		assertThat(range).hasToString("a/");
	}

	@Test
	void aPrefixThatEndsInTheLastByteCarriesOver() {
		KeyRange range = KeyRange.prefix(new byte[] { 'a', (byte) 0xff, (byte) 0xff });
		assertThat(range.end()).isEqualTo(bytes("b"));
		assertThat(range.contains(new byte[] { 'a', (byte) 0xff, (byte) 0xff, 1 })).isTrue();
		assertThat(range.contains(new byte[] { 'a', (byte) 0xff, (byte) 0xfe })).isFalse();
		assertThat(range.contains(bytes("b"))).isFalse();
		assertThat(range).hasToString("a\\xff\\xff*");
	}

	@Test
	void aPrefixOfLastBytesHasNoEnd() {
		KeyRange range = KeyRange.prefix(new byte[] { (byte) 0xff, (byte) 0xff });
		assertThat(range.end()).isEqualTo(ZERO);
		assertThat(range.contains(new byte[] { (byte) 0xff, (byte) 0xff, (byte) 0xff })).isTrue();
		assertThat(range.contains(FF)).isFalse();
		assertThat(range).hasToString("\\xff\\xff*");
	}

	@Test
	void isShownAsItIsWritten() {
		for (String text : new String[] { "a", "a/", "a*", "*", "/" }) {
			assertThat(KeyRange.parse(text)).hasToString(text);
		}
	}

	@Test
	void theEmptyPrefixIsEveryKey() {
		KeyRange range = KeyRange.prefix("");
		assertThat(range).isEqualTo(KeyRange.all()).hasToString("*");
		assertThat(range.start()).isEqualTo(ZERO);
		assertThat(range.end()).isEqualTo(ZERO);
		assertThat(range.contains(ZERO)).isTrue();
		assertThat(range.contains(FF)).isTrue();
	}

	@Test
	void bytesAreComparedUnsigned() {
		KeyRange range = KeyRange.between(new byte[] { 0x7f }, new byte[] { (byte) 0x81 });
		assertThat(range.contains(new byte[] { (byte) 0x80, 1 })).isTrue();
		assertThat(range.contains(new byte[] { (byte) 0x81 })).isFalse();
		assertThat(range.contains(bytes("a"))).isFalse();
	}

	@Test
	void aRangeExcludesItsEnd() {
		KeyRange range = KeyRange.between("b", "d");
		assertThat(range.contains(bytes("a"))).isFalse();
		assertThat(range.contains(bytes("b"))).isTrue();
		assertThat(range.contains(bytes("czz"))).isTrue();
		assertThat(range.contains(bytes("d"))).isFalse();
		assertThat(range).hasToString("[b, d)");
	}

	@Test
	void aRangeMayHaveNoEnd() {
		KeyRange range = KeyRange.between(bytes("b"), ZERO);
		assertThat(range.contains(FF)).isTrue();
		assertThat(range.contains(bytes("a"))).isFalse();
		assertThat(range).hasToString("[b, )");
	}

	@Test
	void aRangeThatIsAPrefixEqualsIt() {
		assertThat(KeyRange.between("a/", "a0")).isEqualTo(KeyRange.prefix("a/"))
			.hasSameHashCodeAs(KeyRange.prefix("a/"))
			.hasToString("a/");
		assertThat(KeyRange.key("a")).isNotEqualTo(KeyRange.prefix("a")).isNotEqualTo("a");
	}

	@Test
	void whatHoldsNoKeyIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.key(""));
		assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.between("", "b"));
		assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.between("b", ""));
		assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.between("b", "b"));
		assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.between("b", "a"))
			.withMessageContaining("'a'")
			.withMessageContaining("'b'");
	}

	@Test
	void theBytesCannotBeChangedFromOutside() {
		byte[] key = bytes("a");
		KeyRange range = KeyRange.key(key);
		key[0] = 'b';
		range.start()[0] = 'c';
		assertThat(range).isEqualTo(KeyRange.key("a"));
	}

	@Test
	void bytesThatAreNoTextAreEscaped() {
		assertThat(KeyRange.printable(bytes("größe/1"))).isEqualTo("größe/1");
		assertThat(KeyRange.printable(new byte[] { 'a', (byte) 0xc3, 0x28 })).isEqualTo("a\\xc3(");
		assertThat(KeyRange.printable(bytes("a\nb"))).isEqualTo("a\\x0ab");
		assertThat(KeyRange.printable(bytes("a\\b"))).isEqualTo("a\\b");
		assertThat(KeyRange.printable(bytes("\\x0a\n"))).isEqualTo("\\x5cx0a\\x0a");
		assertThat(KeyRange.printable(new byte[0])).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u0000", "\r", "\u001b", "\u007f", "\u0085", "\u200b", "\u200e", "\u200f", "\u202e",
			"\u2028", "\u2029", "\u2066", "\ufeff", "\u00ad", "\u00a0", "\u3000", "\u034f", "\u180b", "\u3164",
			"\uffa0", "\u2800", "\ufe0f", "\udb40\udc41", "\udb40\udd00", "\uffff" })
	void charactersThatChangeTheLookOfALineOrDoNotShowAreEscaped(String character) {
		assertThat(KeyRange.printable(bytes("a" + character + "b"))).matches("a(\\\\x[0-9a-f]{2})+b");
		assertThat(KeyRange.key("a" + character)).hasToString(KeyRange.printable(bytes("a" + character)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "größe", "ключ", "鍵", "مفتاح", "\ud83d\ude80", "e\u0301", "€" })
	void charactersThatShowAreNotEscaped(String key) {
		assertThat(KeyRange.printable(bytes(key))).isEqualTo(key);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

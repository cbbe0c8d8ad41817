package org.etcdevent.feed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Key}.
 */
class KeyTests {

	@Test
	void isInTheOrderOfUnsignedBytes() {
		assertThat(new Key(new byte[] { (byte) 0x80 })).isGreaterThan(new Key(new byte[] { 0x7F, 1 }));
		assertThat(Entries.key("a")).isLessThan(Entries.key("aa")).isEqualByComparingTo(Entries.key("a"));
	}

	@Test
	void isEqualToOneWithTheSameBytes() {
		for (String name : new String[] { "", "a", "1234567", "12345678", "config/limits" }) {
			assertThat(Entries.key(name)).isEqualTo(Entries.key(name)).hasSameHashCodeAs(Entries.key(name));
		}
		assertThat(Entries.key("config/limits")).isNotEqualTo(Entries.key("config/limit"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "ab", "abc", "abcd", "abcde", "services/orders/instances/00042/address",
			"\u00fc\u20ac" })
	void hasTheHashOfItsBytes(String name) {
		assertThat(Entries.key(name).hashCode()).isEqualTo(Arrays.hashCode(name.getBytes(StandardCharsets.UTF_8)));
	}

}

package org.etcdevent.etcd;

import org.etcdevent.feed.Entries;
import org.junit.jupiter.api.Test;

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

}

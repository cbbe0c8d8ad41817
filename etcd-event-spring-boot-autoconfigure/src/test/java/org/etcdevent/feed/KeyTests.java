package org.etcdevent.feed;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Key}.
 */
class KeyTests {

	private static final int KEYS = 16_384;

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

	/** As even as by chance: none of 16,384 places is taken by more than a dozen keys. */
	@ParameterizedTest
	@ValueSource(strings = { "%d", "flags/%d", "key-%08d", "%d/config/enabled",
			"services/orders/instances/%05d/address", "%08x", "a/%d/b" })
	void hashesOfNamesThatPeopleGiveAreSpread(String pattern) {
		Map<Integer, Long> places = IntStream.range(0, KEYS)
			.mapToObj((number) -> Entries.key(pattern.formatted(number)).hashCode())
			.map((hash) -> (hash ^ (hash >>> 16)) & (KEYS - 1))
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
		assertThat(places.values()).allMatch((count) -> count <= 12);
		assertThat(places).hasSizeGreaterThan(KEYS / 2);
	}

}

package org.etcdevent.consumer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.etcd.Key;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DecodedRange}.
 */
class DecodedRangeTests {

	private static final byte[] NO_TEXT = { 'a', (byte) 0xff };

	private final DecodedRange<String> range = new DecodedRange<>();

	@Test
	void keysAreNamedByTheirText() {
		EtcdSnapshot<String> snapshot = snapshot(Set.of(), bytes("a\u202eb"), bytes("a\\xe2\\x80\\xaeb"), bytes("a\n"));
		assertThat(snapshot.entries()).containsOnlyKeys("a\n", "a\\xe2\\x80\\xaeb", "a\u202eb");
	}

	@Test
	void aKeyThatIsNoTextIsNamedAsItIsPrinted() {
		assertThat(snapshot(Set.of(), NO_TEXT).entries()).containsOnlyKeys("a\\xff");
	}

	@Test
	void noTwoKeysHaveTheSameName() {
		EtcdSnapshot<String> snapshot = snapshot(Set.of(), NO_TEXT, bytes("a\\xff"), bytes("a\\xff\\"));
		assertThat(snapshot.entries()).hasSize(3).containsEntry("a\\xff", "1").containsEntry("a\\xff\\", "2");
		assertThat(snapshot.entries()).containsEntry("a\\xff\\\\", "0");
	}

	@Test
	void anUndecodableKeyHasTheNameThatItsValueHas() {
		Set<Key> undecodable = Set.of(new Key(NO_TEXT), new Key(bytes("a\\xff")));
		EtcdSnapshot<String> snapshot = snapshot(undecodable, NO_TEXT);
		assertThat(snapshot.undecodable()).hasSize(2).contains("a\\xff");
		assertThat(snapshot.entries().keySet()).doesNotContain("a\\xff");
		assertThat(snapshot.undecodable()).containsAll(snapshot.entries().keySet());
	}

	private EtcdSnapshot<String> snapshot(Set<Key> undecodable, byte[]... keys) {
		List<EtcdUpdate<String>> updates = new ArrayList<>();
		for (int i = 0; i < keys.length; i++) {
			updates.add(EtcdUpdate.of(keys[i], String.valueOf(i), 7, false, 1));
		}
		this.range.apply(updates, undecodable);
		return this.range.snapshot(7);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

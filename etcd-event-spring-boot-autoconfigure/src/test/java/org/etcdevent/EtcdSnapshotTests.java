package org.etcdevent;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EtcdSnapshotTests {

	@Test
	void tellsWhatItIsMadeOf() {
		EtcdSnapshot<String> snapshot = EtcdSnapshot.of(7, Map.of("a", "1"), Set.of("b"));
		assertThat(snapshot.revision()).isEqualTo(7);
		assertThat(snapshot.get("a")).contains("1");
		assertThat(snapshot.get("b")).isEmpty();
		assertThat(snapshot.undecodable()).containsExactly("b");
		assertThat(EtcdSnapshot.of(7, Map.of()).undecodable()).isEmpty();
	}

	@Test
	void keepsTheOrder() {
		Map<String, String> entries = new LinkedHashMap<>();
		entries.put("z", "1");
		entries.put("a", "2");
		assertThat(EtcdSnapshot.of(7, entries).entries()).containsExactly(Map.entry("z", "1"), Map.entry("a", "2"));
	}

	@Test
	void isImmutable() {
		Map<String, String> entries = new LinkedHashMap<>(Map.of("a", "1"));
		Set<String> undecodable = new HashSet<>(Set.of("b"));
		EtcdSnapshot<String> snapshot = EtcdSnapshot.of(7, entries, undecodable);
		entries.clear();
		undecodable.clear();
		assertThat(snapshot.entries()).containsOnlyKeys("a");
		assertThat(snapshot.undecodable()).containsExactly("b");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> snapshot.entries().clear());
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> snapshot.undecodable().clear());
	}

	@Test
	void doesNotShowItsValues() {
		assertThat(EtcdSnapshot.of(7, Map.of("a", "secret"))).hasToString("snapshot of 1 keys at revision 7");
	}

}

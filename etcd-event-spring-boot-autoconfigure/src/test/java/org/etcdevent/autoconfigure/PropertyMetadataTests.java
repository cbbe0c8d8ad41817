package org.etcdevent.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what editors are told of the properties.
 */
class PropertyMetadataTests {

	/** Where there is nothing unless it is set. */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("etcd.event.audit-interval",
			"etcd.event.max-inbound-message-size", "etcd.event.namespace", "etcd.event.password",
			"etcd.event.ssl.bundle", "etcd.event.username", "etcd.event.values");

	/** Whose values are not told by their type. */
	private static final Set<String> WITH_HINTS = Set.of("etcd.event.endpoints", "etcd.event.watch.retry.max-attempts",
			"etcd.event.watch.startup");

	private final JsonNode metadata;

	PropertyMetadataTests() throws IOException {
		try (InputStream metadata = EtcdProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			this.metadata = JsonMapper.builder().build().readTree(metadata);
		}
	}

	@Test
	void everyPropertyIsDescribed() {
		assertThat(this.metadata.get("properties")).hasSizeGreaterThan(20)
			.allSatisfy((property) -> assertThat(property.path("description").asString("")).as(name(property))
				.endsWith("."));
	}

	@Test
	void everyPropertyHasItsDefault() {
		assertThat(this.metadata.get("properties")).filteredOn((property) -> !property.has("defaultValue"))
			.extracting(PropertyMetadataTests::name)
			.containsExactlyInAnyOrderElementsOf(WITHOUT_DEFAULT);
	}

	@Test
	void everyPropertyThatTakesCertainValuesHasHintsThatAreDescribed() {
		assertThat(this.metadata.get("hints")).allSatisfy((hint) -> {
			assertThat(hint.get("values")).as(name(hint)).isNotEmpty();
			assertThat(hint.get("values")).as(name(hint))
				.allSatisfy((value) -> assertThat(value.path("description").asString("")).endsWith("."));
		}).extracting(PropertyMetadataTests::name).containsAll(WITH_HINTS);
	}

	/** The words of an enumeration say little; Boot describes its own. */
	@Test
	void everyEnumerationHasHintsForAllItsValues() {
		Set<String> startup = this.metadata.get("hints")
			.valueStream()
			.filter((hint) -> name(hint).equals("etcd.event.watch.startup"))
			.flatMap((hint) -> hint.get("values").valueStream())
			.map((value) -> value.get("value").asString())
			.collect(Collectors.toSet());
		assertThat(startup).containsExactlyInAnyOrder("wait", "background", "fail");
		assertThat(this.metadata.get("properties"))
			.filteredOn((property) -> isEnumeration(property.get("type").asString()))
			.extracting(PropertyMetadataTests::name)
			.filteredOn((name) -> name.startsWith(EtcdProperties.PREFIX))
			.isSubsetOf(WITH_HINTS);
	}

	private static boolean isEnumeration(String type) {
		try {
			return Class.forName(type).isEnum();
		}
		catch (ClassNotFoundException ex) {
			// A generic type.
			return false;
		}
	}

	private static String name(JsonNode node) {
		return node.get("name").asString();
	}

}

package org.etcdevent.autoconfigure;

import java.io.IOException;
import java.io.InputStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what editors are told of the properties.
 */
class PropertyMetadataTests {

	@Test
	void everyPropertyIsDescribed() throws IOException {
		try (InputStream metadata = EtcdProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			JsonNode properties = JsonMapper.builder().build().readTree(metadata).get("properties");
			assertThat(properties).hasSizeGreaterThan(10)
				.allSatisfy((property) -> assertThat(property.path("description").asString(""))
					.as(property.get("name").asString())
					.endsWith("."));
		}
	}

}

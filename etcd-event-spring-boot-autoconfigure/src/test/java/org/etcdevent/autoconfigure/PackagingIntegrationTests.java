package org.etcdevent.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The jars as they are published: of a build with {@code -Prelease} the sources and the
 * Javadoc too.
 */
class PackagingIntegrationTests {

	private static final Path LICENCE = Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."),
			"LICENSE");

	@Test
	void theJarHasAModuleName() throws IOException {
		List<Path> jars = jars().stream()
			.filter((file) -> !file.toString().matches(".*-(sources|javadoc|tests)\\.jar"))
			.toList();
		assertThat(jars).hasSize(1);
		try (JarFile jar = new JarFile(jars.get(0).toFile())) {
			Attributes manifest = jar.getManifest().getMainAttributes();
			assertThat(manifest.getValue("Automatic-Module-Name")).isEqualTo("org.etcdevent");
		}
	}

	@Test
	void eachJarHasTheLicence() throws IOException {
		for (Path file : jars()) {
			try (JarFile jar = new JarFile(file.toFile())) {
				assertThat(jar.getEntry("META-INF/LICENSE")).as("licence in %s", file).isNotNull();
				assertThat(jar.getInputStream(jar.getEntry("META-INF/LICENSE")))
					.hasBinaryContent(Files.readAllBytes(LICENCE));
			}
		}
	}

	@Test
	void thePublishedModelNeedsNoParent() throws IOException {
		assertThat(Path.of(".flattened-pom.xml")).content()
			.doesNotContain("<parent>", "${")
			.contains("<artifactId>etcd-event-spring-boot-autoconfigure</artifactId>", "Apache License, Version 2.0",
					"<artifactId>netty-codec-http3</artifactId>");
	}

	private static List<Path> jars() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("target"))) {
			return files.filter((file) -> file.toString().endsWith(".jar")).toList();
		}
	}

}

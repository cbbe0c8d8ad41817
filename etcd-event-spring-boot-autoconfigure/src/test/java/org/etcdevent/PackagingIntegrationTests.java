package org.etcdevent;

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
 * The jar as it is published.
 */
class PackagingIntegrationTests {

	@Test
	void theJarHasAModuleName() throws IOException {
		List<Path> jars = jars();
		assertThat(jars).hasSize(1);
		try (JarFile jar = new JarFile(jars.get(0).toFile())) {
			Attributes manifest = jar.getManifest().getMainAttributes();
			assertThat(manifest.getValue("Automatic-Module-Name")).isEqualTo("org.etcdevent");
		}
	}

	private static List<Path> jars() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("target"))) {
			return files.filter((file) -> file.toString().endsWith(".jar"))
				.filter((file) -> !file.toString().matches(".*-(tests|sources|javadoc)\\.jar"))
				.toList();
		}
	}

}

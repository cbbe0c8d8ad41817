package org.etcdevent.readme;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.etcdevent.autoconfigure.EtcdAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each Java block of the README compiles, and each YAML block says properties that there
 * are. {@link ReadmeIntegrationTests} runs them.
 */
class ReadmeTests {

	@Test
	void theJavaCompiles() {
		List<Snippet> snippets = Snippet.of("java");
		assertThat(snippets).hasSizeGreaterThan(5);
		assertThat(new SnippetCompiler(snippets).errors()).isEmpty();
	}

	@Test
	void whatDoesNotCompileIsToldWithItsLine() {
		Snippet broken = new Snippet(40,
				"@EtcdWatch(\"a\")\nvoid on(EtcdUpdate<String> update) {\n\tupdate.fail();\n}");
		assertThat(new SnippetCompiler(List.of(broken)).errors()).singleElement()
			.asString()
			.startsWith("README.md:42:");
		Snippet unreadable = new Snippet(7, "int i = ;");
		assertThat(new SnippetCompiler(List.of(unreadable)).errors()).first().asString().startsWith("README.md:7:");
	}

	@ParameterizedTest
	@MethodSource("yaml")
	void theYamlIsKnown(Snippet snippet) throws IOException {
		bind(snippet);
	}

	@Test
	void anUnknownPropertyIsRefused() {
		Snippet unknown = new Snippet(1, "etcd.event:\n  endpoint: http://localhost:2379");
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(unknown))
			.havingCause()
			.withMessageContaining("etcd.event.endpoint");
	}

	static Stream<Snippet> yaml() {
		return Snippet.of("yaml").stream();
	}

	/** Binds what is below {@code etcd.event}, if anything is. */
	private static void bind(Snippet snippet) throws IOException {
		MutablePropertySources sources = new MutablePropertySources();
		load(snippet).forEach(sources::addLast);
		assertThat(sources).as("%s", snippet).isNotEmpty();
		Class<?> properties = ClassUtils.resolveClassName("org.etcdevent.autoconfigure.EtcdProperties",
				EtcdAutoConfiguration.class.getClassLoader());
		BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT);
		new Binder(ConfigurationPropertySources.from(sources)).bind("etcd.event", Bindable.of(properties), strict);
	}

	static List<PropertySource<?>> load(Snippet snippet) throws IOException {
		return new YamlPropertySourceLoader().load(snippet.toString(),
				new ByteArrayResource(snippet.text().getBytes(StandardCharsets.UTF_8), snippet.toString()));
	}

}

package org.etcdevent.readme;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import com.sun.source.util.JavacTask;

/**
 * Compiles the Java blocks of the README together, for later ones use the types of
 * earlier ones. A block is a file of types, the members of a configuration, or the
 * statements of {@link ReadmeStatements}: the first of these that it can be read as. Its
 * lines keep the numbers that they have in the README, in messages and stack traces too.
 */
final class SnippetCompiler {

	private static final String IMPORTS = String.join(" ", "package com.acme;",
			"import java.nio.charset.StandardCharsets; import java.time.*; import java.util.*;",
			"import org.etcdevent.*; import org.etcdevent.listener.*;",
			"import org.jspecify.annotations.Nullable; import org.junit.jupiter.api.Test;",
			"import org.springframework.context.annotation.*; import org.springframework.stereotype.Component;",
			"import static org.assertj.core.api.Assertions.assertThat; ");

	private static final List<Frame> FRAMES = List.of(new Frame("", ""),
			new Frame("@Configuration(proxyBeanMethods = false) class Snippet%d { ", "\n}"),
			new Frame("@Component class Snippet%d extends org.etcdevent.readme.ReadmeStatements { "
					+ "@Override public void run() throws Exception { ", "\n} }"));

	private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();

	/** What was compiled, by the name of the class. */
	private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

	/** What is wrong, each with its line. */
	private final List<String> errors = new ArrayList<>();

	SnippetCompiler(List<Snippet> snippets) {
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		List<Source> sources = snippets.stream().map(this::source).toList();
		task(diagnostics, sources).call();
		diagnostics.getDiagnostics()
			.forEach((each) -> this.errors.add("README.md:" + each.getLineNumber() + ": " + each.getMessage(null)));
	}

	List<String> errors() {
		return this.errors;
	}

	/** The classes, on top of those of the tests. */
	ClassLoader classLoader() {
		return new ClassLoader(SnippetCompiler.class.getClassLoader()) {

			@Override
			protected Class<?> findClass(String name) throws ClassNotFoundException {
				ByteArrayOutputStream compiled = SnippetCompiler.this.classes.get(name);
				if (compiled == null) {
					throw new ClassNotFoundException(name);
				}
				return defineClass(name, compiled.toByteArray(), 0, compiled.size());
			}

		};
	}

	List<String> classNames() {
		return List.copyOf(this.classes.keySet());
	}

	private Source source(Snippet snippet) {
		return FRAMES.stream()
			.map((frame) -> frame.around(snippet))
			.filter(this::canBeRead)
			.findFirst()
			.orElseGet(() -> FRAMES.get(0).around(snippet));
	}

	private boolean canBeRead(Source source) {
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		try {
			task(diagnostics, List.of(source)).parse();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return diagnostics.getDiagnostics().isEmpty();
	}

	private JavacTask task(DiagnosticCollector<JavaFileObject> diagnostics, List<Source> sources) {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		JavaFileManager files = new ForwardingJavaFileManager<JavaFileManager>(
				this.javac.getStandardFileManager(diagnostics, null, null)) {

			@Override
			public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind,
					FileObject sibling) {
				return new Compiled(name);
			}

		};
		List<String> options = List.of("-classpath", classPath, "-parameters", "-proc:none", "-Xlint:-options");
		return (JavacTask) this.javac.getTask(null, files, diagnostics, options, null, sources);
	}

	private record Frame(String before, String after) {

		Source around(Snippet snippet) {
			String header = IMPORTS + this.before.formatted(snippet.line());
			// On the line above the block.
			return new Source("\n".repeat(snippet.line() - 2) + header + "\n" + snippet.text() + this.after);
		}

	}

	private static final class Source extends SimpleJavaFileObject {

		private final String text;

		Source(String text) {
			super(URI.create("memory:///README.md"), Kind.SOURCE);
			this.text = text;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.text;
		}

		/** It may have any type, but is no description of the package. */
		@Override
		public boolean isNameCompatible(String simpleName, Kind kind) {
			return !simpleName.equals("package-info");
		}

	}

	private final class Compiled extends SimpleJavaFileObject {

		private final String name;

		Compiled(String name) {
			super(URI.create("memory:///" + name + ".class"), Kind.CLASS);
			this.name = name;
		}

		@Override
		public OutputStream openOutputStream() {
			ByteArrayOutputStream output = new ByteArrayOutputStream();
			SnippetCompiler.this.classes.put(this.name, output);
			return output;
		}

	}

}

package org.etcdevent.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Loads the production code with a defect, and the simulation anew with it, beside those
 * that are loaded already.
 */
final class MutantLoader extends ClassLoader {

	private static final String ROOT = "org.etcdevent.";

	private static final Path SOURCES = Path.of("src", "main", "java");

	/** What the defect changes, by class. */
	private final Map<String, ByteArrayOutputStream> changed = new HashMap<>();

	MutantLoader(Mutant mutant) throws IOException {
		super(MutantLoader.class.getClassLoader());
		String type = ROOT + mutant.type();
		String source = Files.readString(SOURCES.resolve(type.replace('.', '/') + ".java"));
		int at = source.indexOf(mutant.original());
		if (at < 0 || source.indexOf(mutant.original(), at + 1) >= 0) {
			throw new IllegalStateException("'" + mutant + "' does not name one place in " + type);
		}
		compile(type, source.replace(mutant.original(), mutant.changed()));
	}

	private void compile(String type, String source) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		JavaFileObject unit = new SimpleJavaFileObject(URI.create("mutant:///" + type.replace('.', '/') + ".java"),
				Kind.SOURCE) {

			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return source;
			}

		};
		StringWriter errors = new StringWriter();
		try (JavaFileManager files = new Changed(compiler.getStandardFileManager(null, null, null))) {
			List<String> options = List.of("-proc:none", "-nowarn", "-classpath",
					System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
			if (!compiler.getTask(errors, files, null, options, null, List.of(unit)).call()) {
				throw new IllegalStateException("The mutant of " + type + " is no Java: " + errors);
			}
		}
	}

	/**
	 * Without a protection domain, so that no agent takes a mutant for production code.
	 */
	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		synchronized (getClassLoadingLock(name)) {
			if (!name.startsWith(ROOT)) {
				return super.loadClass(name, resolve);
			}
			Class<?> loaded = findLoadedClass(name);
			if (loaded == null) {
				byte[] code = code(name);
				loaded = defineClass(name, code, 0, code.length);
			}
			return loaded;
		}
	}

	private byte[] code(String name) throws ClassNotFoundException {
		ByteArrayOutputStream compiled = this.changed.get(name);
		if (compiled != null) {
			return compiled.toByteArray();
		}
		try (InputStream original = getResourceAsStream(name.replace('.', '/') + ".class")) {
			if (original == null) {
				throw new ClassNotFoundException(name);
			}
			return original.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Keeps what the compiler makes. */
	private final class Changed extends ForwardingJavaFileManager<JavaFileManager> {

		Changed(JavaFileManager files) {
			super(files);
		}

		@Override
		public JavaFileObject getJavaFileForOutput(Location location, String name, Kind kind, FileObject sibling) {
			return new SimpleJavaFileObject(URI.create("mutant:///" + name.replace('.', '/') + kind.extension), kind) {

				@Override
				public OutputStream openOutputStream() {
					ByteArrayOutputStream code = new ByteArrayOutputStream();
					MutantLoader.this.changed.put(name, code);
					return code;
				}

			};
		}

	}

}

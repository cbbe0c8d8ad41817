package org.etcdevent.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Loads the production code with a defect, and the tests again with it, beside those that
 * are loaded already.
 */
public final class MutantLoader extends ClassLoader {

	private static final String ROOT = "org.etcdevent.";

	private final Mutant mutant;

	/** The class with the defect. */
	private final byte[] changed;

	/**
	 * A loader for a mutant.
	 * @throws IllegalStateException if the mutant does not fit the code
	 */
	public MutantLoader(Mutant mutant) {
		super(MutantLoader.class.getClassLoader());
		this.mutant = mutant;
		byte[] original = original(mutant.className());
		if (original == null) {
			throw mutant.misfit("there is no such class");
		}
		this.changed = mutant.applyTo(original);
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
				byte[] code = name.equals(this.mutant.className()) ? this.changed : original(name);
				if (code == null) {
					throw new ClassNotFoundException(name);
				}
				loaded = defineClass(name, code, 0, code.length);
			}
			return loaded;
		}
	}

	private byte[] original(String name) {
		try (InputStream original = getResourceAsStream(name.replace('.', '/') + ".class")) {
			return (original != null) ? original.readAllBytes() : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

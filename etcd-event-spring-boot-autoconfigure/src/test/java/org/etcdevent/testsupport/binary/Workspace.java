package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The folder where programs are downloaded, built and kept. Its user holds its lock.
 */
final class Workspace {

	private static final String UNFINISHED = "unfinished-";

	private final Path folder;

	Workspace(Path folder) {
		this.folder = folder;
	}

	/**
	 * A folder that is there whole or not at all.
	 * @param name its name
	 * @param filling what fills it, unless it is there
	 * @return the folder
	 */
	Path keep(String name, Filling filling) throws IOException, UnavailableException {
		Path kept = this.folder.resolve(name);
		if (Files.isDirectory(kept)) {
			return kept;
		}
		// Orphans of a killed process may still write to its folder, so each attempt has
		// its own.
		deleteUnfinished();
		Path unfinished = Files.createTempDirectory(this.folder, UNFINISHED);
		try {
			filling.fill(unfinished);
			Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
			return kept;
		}
		finally {
			delete(unfinished);
		}
	}

	private void deleteUnfinished() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			files.filter((file) -> file.getFileName().toString().startsWith(UNFINISHED)).forEach(Workspace::delete);
		}
	}

	/**
	 * Runs a command in the folder.
	 * @param seconds for how long at most
	 * @param command the command
	 * @return its output
	 * @throws UnavailableException if it cannot be run, fails, or takes longer
	 */
	String run(int seconds, String... command) throws UnavailableException {
		return run(seconds, this.folder, List.of(command));
	}

	String run(int seconds, Path directory, List<String> command) throws UnavailableException {
		Path output = this.folder.resolve("output");
		try {
			ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile());
			// etcd would take ETCD_VERSION for its flag --version.
			builder.environment().keySet().removeIf((name) -> name.startsWith("ETCD"));
			Process process = builder.start();
			process.getOutputStream().close();
			int status = await(process, seconds);
			String text = Files.readString(output);
			Files.writeString(log(), String.join(" ", command) + "\n" + text, StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
			if (status != 0) {
				throw new UnavailableException(
						"'" + String.join(" ", command) + "' ended with " + status + "; see " + log());
			}
			return text;
		}
		catch (IOException ex) {
			throw new UnavailableException("'" + command.get(0) + "' cannot be run: " + ex.getMessage());
		}
	}

	private static int await(Process process, int seconds) {
		try {
			if (process.waitFor(seconds, TimeUnit.SECONDS)) {
				return process.exitValue();
			}
			kill(process);
			return process.waitFor();
		}
		catch (InterruptedException ex) {
			kill(process);
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while getting etcd", ex);
		}
	}

	private static void kill(Process process) {
		process.descendants().forEach(ProcessHandle::destroyForcibly);
		process.destroyForcibly();
	}

	/** The output of all commands. */
	private Path log() {
		return this.folder.resolve("log");
	}

	/** Announces a step that may take minutes. */
	void say(String message) {
		System.err.println(message + " …");
	}

	static void delete(Path folder) {
		if (!Files.exists(folder)) {
			return;
		}
		try (Stream<Path> paths = Files.walk(folder)) {
			for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(path);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Fills a folder. */
	interface Filling {

		void fill(Path folder) throws IOException, UnavailableException;

	}

}

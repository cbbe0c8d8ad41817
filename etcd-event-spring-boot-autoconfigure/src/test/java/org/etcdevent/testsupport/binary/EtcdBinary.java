package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds etcd on a machine that may have none, without installing anything. At most one of
 * these environment variables says which:
 * <ul>
 * <li>{@code ETCD_VERSION}, a minor line or a release: from the official image, if a
 * Docker daemon answers, built by {@code go}, if that is on the {@code PATH}, or from the
 * packages of Debian and Ubuntu, where a release has that version</li>
 * <li>{@code ETCD_DEBIAN_SUITE}: from the packages of that release</li>
 * <li>{@code ETCD_BINARY}: this file</li>
 * </ul>
 * Without one: from the official image, on the {@code PATH}, if it is 3.5 or newer, or
 * from the packages of the current release. The package uses the JDK alone, so that this
 * runs before anything else is built.
 */
public final class EtcdBinary {

	/** Of the image, if nothing else is said. */
	private static final String RELEASE = "3.5.30";

	private EtcdBinary() {
	}

	/**
	 * Prints the path of the server.
	 * @param args the folder where programs are kept
	 * @throws IOException if the folder cannot be written
	 */
	public static void main(String[] args) throws IOException {
		try {
			System.out.println(find(Path.of(args[0])).etcd());
		}
		catch (IllegalStateException ex) {
			System.err.println(ex.getMessage());
			System.exit(1);
		}
	}

	/**
	 * Finds the programs. Processes that share the folder wait for one another.
	 * @param folder where programs are kept
	 * @return the programs
	 * @throws IOException if the folder cannot be written
	 * @throws IllegalStateException if there are none; the message says what to do
	 */
	public static EtcdPrograms find(Path folder) throws IOException {
		return find(folder, System.getenv());
	}

	static synchronized EtcdPrograms find(Path folder, Map<String, String> environment) throws IOException {
		Path absolute = Files.createDirectories(folder.toAbsolutePath());
		try (FileChannel lock = FileChannel.open(absolute.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE)) {
			lock.lock();
			return find(new Workspace(absolute), environment);
		}
	}

	private static EtcdPrograms find(Workspace workspace, Map<String, String> environment) throws IOException {
		Map<String, String> asked = new LinkedHashMap<>();
		for (String name : List.of("ETCD_VERSION", "ETCD_DEBIAN_SUITE", "ETCD_BINARY")) {
			String value = environment.getOrDefault(name, "").strip();
			if (!value.isEmpty()) {
				asked.put(name, value);
			}
		}
		if (asked.size() > 1) {
			throw new IllegalStateException(
					"Each of " + String.join(" and ", asked.keySet()) + " says which etcd to use. Unset all but one.");
		}
		if (asked.containsKey("ETCD_VERSION")) {
			WantedVersion wanted = WantedVersion.of(asked.get("ETCD_VERSION"));
			return first("etcd " + wanted, new DockerImage(workspace, wanted.release()), new GoBuild(workspace, wanted),
					DebianPackages.of(workspace, wanted));
		}
		if (asked.containsKey("ETCD_DEBIAN_SUITE")) {
			String suite = asked.get("ETCD_DEBIAN_SUITE");
			return first("etcd of " + suite, DebianPackages.of(workspace, suite));
		}
		NamedFile file = new NamedFile(asked.getOrDefault("ETCD_BINARY", ""));
		if (asked.containsKey("ETCD_BINARY")) {
			return first("etcd", file);
		}
		return first("etcd", file, new DockerImage(workspace, RELEASE),
				new SearchPath(workspace, environment.getOrDefault("PATH", "")), DebianPackages.current(workspace));
	}

	private static EtcdPrograms first(String what, EtcdSource... sources) throws IOException {
		List<String> reasons = new ArrayList<>();
		for (EtcdSource source : sources) {
			try {
				return source.get();
			}
			catch (UnavailableException ex) {
				reasons.add(ex.getMessage());
			}
		}
		throw new IllegalStateException("There is no %s to run. Do one of these, and start again:%s%nWhat was tried:%s"
			.formatted(what, list(Stream.of(sources).map(EtcdSource::advice).toList()), list(reasons)));
	}

	private static String list(List<String> lines) {
		return lines.stream().map((line) -> System.lineSeparator() + "  - " + line).collect(Collectors.joining());
	}

}

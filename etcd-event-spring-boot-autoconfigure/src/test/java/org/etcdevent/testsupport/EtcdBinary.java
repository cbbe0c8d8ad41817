package org.etcdevent.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds an etcd on a machine that may have none, without installing anything:
 * <ol>
 * <li>the file that the environment variable {@code ETCD_BINARY} names</li>
 * <li>the official image, if a Docker daemon answers</li>
 * <li>{@code etcd} on the {@code PATH}, if it is 3.5 or newer</li>
 * <li>on Debian and Ubuntu the package {@code etcd-server}, unpacked into the given
 * folder</li>
 * </ol>
 * The variable {@code ETCD_DEBIAN_SUITE} asks for the package of one suite of Debian, and
 * for nothing else. Uses the JDK alone, so that {@code java EtcdBinary.java <folder>}
 * runs before anything is built.
 */
public final class EtcdBinary {

	private static final String IMAGE = "gcr.io/etcd-development/etcd:v3.5.30";

	private static final Pattern VERSION = Pattern.compile("etcd Version: (\\d+)\\.(\\d+)");

	private static final Pattern MIRROR = Pattern
		.compile("(?:https?|file)://[^\\s\\]]+?/(?:debian|ubuntu|ubuntu-ports)/?(?=\\s|$)", Pattern.MULTILINE);

	private final Path folder;

	/** Why the ways tried so far led to nothing. */
	private final List<String> reasons = new ArrayList<>();

	private EtcdBinary(Path folder) {
		this.folder = folder.toAbsolutePath();
	}

	/**
	 * Prints the path of the binary.
	 * @param args the folder to unpack into
	 * @throws IOException if the folder cannot be written
	 */
	public static void main(String[] args) throws IOException {
		try {
			System.out.println(find(Path.of(args[0])));
		}
		catch (IllegalStateException ex) {
			System.err.println(ex.getMessage());
			System.exit(1);
		}
	}

	/**
	 * Finds the binary. Processes that share the folder wait for one another.
	 * @param folder where a binary is unpacked to, and kept
	 * @return the path of the binary
	 * @throws IOException if the folder cannot be written
	 * @throws IllegalStateException if there is none; the message tells what to do
	 */
	public static Path find(Path folder) throws IOException {
		Files.createDirectories(folder);
		try (FileChannel lock = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE)) {
			lock.lock();
			return new EtcdBinary(folder).find();
		}
	}

	private Path find() throws IOException {
		String suite = System.getenv("ETCD_DEBIAN_SUITE");
		Path binary = null;
		if (suite != null && !suite.isBlank()) {
			binary = ofDebian(suite.strip());
		}
		else {
			binary = ofEnvironment();
			binary = (binary != null) ? binary : ofDocker();
			binary = (binary != null) ? binary : ofPath();
			binary = (binary != null) ? binary : ofDebian(null);
		}
		if (binary == null) {
			throw new IllegalStateException(
					"""
							There is no etcd to run against. Do one of these, and start again:
							  - set ETCD_BINARY to the path of an etcd binary, 3.5 or newer (https://github.com/etcd-io/etcd/releases)
							  - start Docker (on Linux), so that %s can be pulled
							  - put an etcd of 3.5 or newer on the PATH, for example by 'brew install etcd'
							  - use Debian or Ubuntu, where the package etcd-server is unpacked without being installed
							What was tried:
							  - %s"""
						.formatted(IMAGE, String.join("\n  - ", this.reasons)));
		}
		return binary;
	}

	private Path ofEnvironment() {
		String named = System.getenv("ETCD_BINARY");
		if (named == null || named.isBlank()) {
			this.reasons.add("ETCD_BINARY is not set");
			return null;
		}
		Path binary = Path.of(named.strip()).toAbsolutePath();
		if (!Files.isExecutable(binary)) {
			throw new IllegalStateException("ETCD_BINARY names " + binary + ", which is no executable file. "
					+ "Correct it, or unset it to have etcd found otherwise.");
		}
		return binary;
	}

	private Path ofDocker() throws IOException {
		Path binary = this.folder.resolve("docker-" + IMAGE.substring(IMAGE.lastIndexOf(':') + 1)).resolve("etcd");
		if (!System.getProperty("os.name").startsWith("Linux")) {
			this.reasons.add("Docker's image has a Linux binary, which does not run here");
			return null;
		}
		if (Files.isExecutable(binary)) {
			return binary;
		}
		if (run(10, "docker", "version", "--format", "{{.Server.Version}}") == null) {
			this.reasons.add("no Docker daemon answers");
			return null;
		}
		say("Getting etcd from the image " + IMAGE);
		String container = run(300, "docker", "create", "--quiet", IMAGE);
		if (container == null) {
			this.reasons.add("Docker could not get the image " + IMAGE);
			return null;
		}
		Files.createDirectories(binary.getParent());
		String id = container.strip().lines().reduce((first, last) -> last).orElse("");
		String copied = run(60, "docker", "cp", id + ":/usr/local/bin/etcd", binary.toString());
		run(60, "docker", "rm", id);
		if (copied == null) {
			this.reasons.add("the image " + IMAGE + " has no /usr/local/bin/etcd");
			return null;
		}
		return binary;
	}

	private Path ofPath() {
		for (String entry : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
			Path binary = Path.of(entry).resolve("etcd");
			if (Files.isExecutable(binary) && !Files.isDirectory(binary)) {
				String version = run(10, binary.toString(), "--version");
				Matcher number = VERSION.matcher((version != null) ? version : "");
				if (number.find() && isEnough(Integer.parseInt(number.group(1)), Integer.parseInt(number.group(2)))) {
					return binary.toAbsolutePath();
				}
				this.reasons.add(binary + " is not 3.5 or newer");
				return null;
			}
		}
		this.reasons.add("there is no etcd on the PATH");
		return null;
	}

	private static boolean isEnough(int major, int minor) {
		return major > 3 || (major == 3 && minor >= 5);
	}

	/**
	 * Without a suite: that of Debian's current stable release, or the machine's own on
	 * Ubuntu.
	 */
	private Path ofDebian(String suite) throws IOException {
		Path release = Path.of("/etc/os-release");
		String os = Files.isReadable(release) ? Files.readString(release) : "";
		boolean ubuntu = os.contains("ID=ubuntu");
		if (!ubuntu && !os.contains("ID=debian")) {
			this.reasons.add("this is neither Debian nor Ubuntu");
			return null;
		}
		Path own = this.folder.resolve("suite-" + ((suite != null) ? suite : "current"));
		Path binary = own.resolve("usr/bin/etcd");
		if (Files.isExecutable(binary)) {
			return binary;
		}
		List<String> suites = new ArrayList<>();
		if (suite != null) {
			suites.add(suite);
		}
		else {
			if (!ubuntu) {
				suites.add("stable");
			}
			Matcher codename = Pattern.compile("VERSION_CODENAME=(\\w+)").matcher(os);
			if (codename.find()) {
				suites.add(codename.group(1));
			}
		}
		for (String candidate : suites) {
			for (String mirror : mirrors()) {
				String source = "deb %s %s %s".formatted(mirror, candidate, ubuntu ? "universe" : "main");
				if (unpack(source, own)) {
					return binary;
				}
				this.reasons.add("the package etcd-server could not be had by '" + source + "'; see " + log());
			}
		}
		return null;
	}

	private static Set<String> mirrors() throws IOException {
		Set<String> mirrors = new LinkedHashSet<>();
		List<Path> lists = new ArrayList<>(List.of(Path.of("/etc/apt/sources.list")));
		Path parts = Path.of("/etc/apt/sources.list.d");
		if (Files.isDirectory(parts)) {
			try (Stream<Path> files = Files.list(parts)) {
				files.sorted().forEach(lists::add);
			}
		}
		for (Path list : lists) {
			if (Files.isReadable(list)) {
				Matcher mirror = MIRROR.matcher(Files.readString(list).replaceAll("(?m)^\\s*#.*$", ""));
				while (mirror.find()) {
					mirrors.add(mirror.group());
				}
			}
		}
		return mirrors;
	}

	/**
	 * With lists and a cache of its own, apt needs no rights and changes nothing.
	 */
	private boolean unpack(String source, Path to) throws IOException {
		say("Getting etcd by apt from '" + source + "'");
		Path apt = this.folder.resolve("apt");
		delete(apt);
		delete(to);
		Files.createDirectories(apt.resolve("lists/partial"));
		Files.createDirectories(apt.resolve("archives/partial"));
		Files.writeString(apt.resolve("sources.list"), source + "\n");
		List<String> options = List.of("-q", "-o", "Dir::Etc::SourceList=" + apt.resolve("sources.list"), "-o",
				"Dir::Etc::SourceParts=-", "-o", "Dir::State::Lists=" + apt.resolve("lists"), "-o", "Dir::Cache=" + apt,
				"-o", "Dir::Cache::Archives=" + apt.resolve("archives"), "-o", "APT::Sandbox::User=", "-o",
				"Acquire::Languages=none", "-o", "Acquire::Retries=3", "-o", "Debug::NoLocking=1");
		if (run(300, command("apt-get", options, "update")) == null
				|| run(300, apt, command("apt-get", options, "download", "etcd-server")) == null) {
			return false;
		}
		Path unpacked = this.folder.resolve("unpacked");
		delete(unpacked);
		try (Stream<Path> files = Files.list(apt)) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".deb")).toList()) {
				if (run(60, "dpkg-deb", "--extract", file.toString(), unpacked.toString()) == null) {
					return false;
				}
			}
		}
		delete(apt);
		if (!Files.isExecutable(unpacked.resolve("usr/bin/etcd"))) {
			return false;
		}
		// Last, and in one step: what is there is whole.
		Files.move(unpacked, to, StandardCopyOption.ATOMIC_MOVE);
		return true;
	}

	private static String[] command(String name, List<String> options, String... arguments) {
		List<String> command = new ArrayList<>(List.of(name));
		command.addAll(options);
		command.addAll(List.of(arguments));
		return command.toArray(String[]::new);
	}

	private String run(int seconds, String... command) {
		return run(seconds, this.folder, command);
	}

	/** The output, or {@code null} if the command failed. */
	private String run(int seconds, Path directory, String... command) {
		Path output = this.folder.resolve("output");
		try {
			Process process = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			process.getOutputStream().close();
			boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
			if (!ended) {
				process.destroyForcibly().waitFor();
			}
			String text = Files.readString(output);
			Files.writeString(log(), String.join(" ", command) + "\n" + text, StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
			return (ended && process.exitValue() == 0) ? text : null;
		}
		catch (IOException ex) {
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while looking for etcd", ex);
		}
	}

	private Path log() {
		return this.folder.resolve("log");
	}

	private static void say(String message) {
		System.err.println(message + " …");
	}

	private static void delete(Path path) throws IOException {
		if (!Files.exists(path)) {
			return;
		}
		try (Stream<Path> paths = Files.walk(path)) {
			paths.sorted((one, other) -> other.compareTo(one)).forEach(EtcdBinary::deleteOne);
		}
	}

	private static void deleteOne(Path path) {
		try {
			Files.delete(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

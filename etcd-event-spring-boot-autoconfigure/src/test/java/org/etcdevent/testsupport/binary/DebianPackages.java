package org.etcdevent.testsupport.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packages {@code etcd-server} and {@code etcd-client} of Debian or Ubuntu, unpacked
 * and not installed.
 */
final class DebianPackages implements EtcdSource {

	private static final Pattern CODENAME = Pattern.compile("(?m)^VERSION_CODENAME=(\\w+)");

	private static final Pattern MIRROR = Pattern
		.compile("(?:https?|file)://[^\\s\\]]+?/(?:debian|ubuntu|ubuntu-ports)/?(?=\\s|$)", Pattern.MULTILINE);

	private final Workspace workspace;

	/** Part of the name of the folder that keeps the programs. */
	private final String name;

	/** Suffix of the packages' names that selects a version, empty for any. */
	private final String version;

	/** Releases of the distribution, in the order in which they are tried. */
	private final List<String> suites;

	private DebianPackages(Workspace workspace, String name, String version, List<String> suites) {
		this.workspace = workspace;
		this.name = name;
		this.version = version;
		this.suites = suites;
	}

	/** Those of Debian's stable release, or of the machine's own. */
	static DebianPackages current(Workspace workspace) throws IOException {
		return new DebianPackages(workspace, "current", "", Distribution.own().suites("stable"));
	}

	/** Those of one release. */
	static DebianPackages of(Workspace workspace, String suite) {
		return new DebianPackages(workspace, suite, "", List.of(suite));
	}

	/** Those of whichever release has the version. */
	static DebianPackages of(Workspace workspace, WantedVersion wanted) throws IOException {
		return new DebianPackages(workspace, wanted.asked(), "=" + wanted.asked() + (wanted.isLine() ? ".*" : "-*"),
				Distribution.own().suites("stable", "oldstable", "testing"));
	}

	@Override
	public EtcdPrograms get() throws IOException, UnavailableException {
		return EtcdPrograms.in(this.workspace.keep("debian-" + this.name, this::unpack).resolve("usr/bin"));
	}

	private void unpack(Path folder) throws IOException, UnavailableException {
		Distribution distribution = Distribution.own();
		if (!distribution.isDebian() && !distribution.isUbuntu()) {
			throw new UnavailableException("this is neither Debian nor Ubuntu");
		}
		List<String> reasons = new ArrayList<>();
		Path apt = Files.createDirectory(folder.resolve("apt"));
		for (String suite : this.suites) {
			for (String mirror : mirrors()) {
				String source = "deb %s %s %s".formatted(mirror, suite, distribution.isUbuntu() ? "universe" : "main");
				try {
					download(source, apt);
					extract(apt, folder);
					Workspace.delete(apt);
					return;
				}
				catch (UnavailableException ex) {
					reasons.add("'" + source + "': " + ex.getMessage());
				}
			}
		}
		throw new UnavailableException("no package from " + String.join("\n    ", reasons));
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

	/** With its own lists and cache, apt needs no privileges and changes nothing. */
	private void download(String source, Path apt) throws IOException, UnavailableException {
		this.workspace.say("Getting etcd by apt from '" + source + "'");
		Files.createDirectories(apt.resolve("lists/partial"));
		Files.createDirectories(apt.resolve("archives/partial"));
		Files.writeString(apt.resolve("sources.list"), source + "\n");
		Files.writeString(apt.resolve("apt.conf"), """
				Dir::Etc::SourceList "%1$s/sources.list";
				Dir::Etc::SourceParts "-";
				Dir::State::Lists "%1$s/lists";
				Dir::Cache "%1$s";
				Dir::Cache::Archives "%1$s/archives";
				APT::Sandbox::User "";
				Acquire::Languages "none";
				Acquire::Retries "3";
				Debug::NoLocking "1";
				""".formatted(apt));
		this.workspace.run(300, apt, List.of("apt-get", "-q", "-c=apt.conf", "update"));
		this.workspace.run(300, apt, List.of("apt-get", "-q", "-c=apt.conf", "download", "etcd-server" + this.version,
				"etcd-client" + this.version));
	}

	private void extract(Path apt, Path folder) throws IOException, UnavailableException {
		List<Path> packages;
		try (Stream<Path> files = Files.list(apt)) {
			packages = files.filter((file) -> file.toString().endsWith(".deb")).toList();
		}
		for (Path file : packages) {
			this.workspace.run(60, "dpkg-deb", "--extract", file.toString(), folder.toString());
		}
		if (!Files.isExecutable(folder.resolve("usr/bin/etcd"))) {
			throw new UnavailableException("the packages have no etcd");
		}
	}

	@Override
	public String advice() {
		return "use Debian or Ubuntu where its packages have it, which are unpacked without being installed";
	}

	/** What {@code /etc/os-release} says. */
	private record Distribution(String release) {

		static Distribution own() throws IOException {
			Path file = Path.of("/etc/os-release");
			return new Distribution(Files.isReadable(file) ? Files.readString(file) : "");
		}

		boolean isUbuntu() {
			return this.release.contains("ID=ubuntu");
		}

		boolean isDebian() {
			return this.release.contains("ID=debian");
		}

		/**
		 * Where to look for a package.
		 * @param preferred releases of Debian, before the machine's own
		 */
		List<String> suites(String... preferred) {
			Set<String> suites = new LinkedHashSet<>(isUbuntu() ? List.of() : List.of(preferred));
			Matcher own = CODENAME.matcher(this.release);
			if (own.find()) {
				suites.add(own.group(1));
			}
			return List.copyOf(suites);
		}

	}

}

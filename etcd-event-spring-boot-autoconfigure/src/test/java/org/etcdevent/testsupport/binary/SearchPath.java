package org.etcdevent.testsupport.binary;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code etcd} on the {@code PATH}, if it is 3.5 or newer.
 */
final class SearchPath implements EtcdSource {

	private static final Pattern VERSION = Pattern.compile("etcd Version: (\\d+)\\.(\\d+)");

	private final Workspace workspace;

	private final String path;

	SearchPath(Workspace workspace, String path) {
		this.workspace = workspace;
		this.path = path;
	}

	@Override
	public EtcdPrograms get() throws UnavailableException {
		for (String entry : this.path.split(File.pathSeparator)) {
			Path file = Path.of(entry).resolve("etcd").toAbsolutePath();
			if (Files.isExecutable(file) && !Files.isDirectory(file)) {
				if (!isRecent(file)) {
					throw new UnavailableException(file + " is not 3.5 or newer");
				}
				return new EtcdPrograms(file);
			}
		}
		throw new UnavailableException("there is no etcd on the PATH");
	}

	private boolean isRecent(Path file) throws UnavailableException {
		Matcher version = VERSION.matcher(this.workspace.run(10, file.toString(), "--version"));
		if (!version.find()) {
			return false;
		}
		int major = Integer.parseInt(version.group(1));
		return major > 3 || (major == 3 && Integer.parseInt(version.group(2)) >= 5);
	}

	@Override
	public String advice() {
		return "put an etcd of 3.5 or newer on the PATH, for example by 'brew install etcd'";
	}

}

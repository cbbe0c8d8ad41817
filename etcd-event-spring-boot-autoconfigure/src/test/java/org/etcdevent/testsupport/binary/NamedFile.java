package org.etcdevent.testsupport.binary;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file that the environment variable {@code ETCD_BINARY} names.
 */
final class NamedFile implements EtcdSource {

	/** Empty if the variable is not set. */
	private final String name;

	NamedFile(String name) {
		this.name = name;
	}

	@Override
	public EtcdPrograms get() throws UnavailableException {
		if (this.name.isEmpty()) {
			throw new UnavailableException("ETCD_BINARY is not set");
		}
		Path file = Path.of(this.name).toAbsolutePath();
		if (!Files.isExecutable(file) || Files.isDirectory(file)) {
			throw new UnavailableException("ETCD_BINARY names " + file + ", which is no executable file");
		}
		return new EtcdPrograms(file);
	}

	@Override
	public String advice() {
		return this.name.isEmpty()
				? "set ETCD_BINARY to the path of an etcd of 3.5 or newer (https://github.com/etcd-io/etcd/releases)"
				: "correct ETCD_BINARY, or unset it to have etcd found otherwise";
	}

}

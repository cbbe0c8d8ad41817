package org.etcdevent.testsupport.binary;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The programs of one release of etcd, side by side in one folder.
 *
 * @param etcd the server
 */
public record EtcdPrograms(Path etcd) {

	/**
	 * The program with the command {@code snapshot restore}: {@code etcdutl}, or, before
	 * 3.5, {@code etcdctl}.
	 * @return its path
	 * @throws IllegalStateException if there is neither beside the server
	 */
	public Path restorer() {
		for (String name : new String[] { "etcdutl", "etcdctl" }) {
			Path program = this.etcd.resolveSibling(name);
			if (Files.isExecutable(program)) {
				return program;
			}
		}
		throw new IllegalStateException("There is neither etcdutl nor etcdctl beside " + this.etcd
				+ " to restore a snapshot with. Put them there, or set ETCD_VERSION to have all three.");
	}

	/**
	 * The programs in a folder.
	 * @param folder the folder
	 * @return its programs
	 */
	static EtcdPrograms in(Path folder) {
		return new EtcdPrograms(folder.resolve("etcd"));
	}

}

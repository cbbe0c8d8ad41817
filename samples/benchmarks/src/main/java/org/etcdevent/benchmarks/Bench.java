package org.etcdevent.benchmarks;

import java.nio.file.Path;
import java.util.List;

import org.etcdevent.benchmarks.contender.ContenderKind;
import org.etcdevent.testsupport.EtcdServer;

/**
 * An etcd for one case, and who writes to it.
 */
final class Bench implements AutoCloseable {

	/** Where logs of the contenders are. */
	static final Path FOLDER = Path.of(System.getProperty("maven.multiModuleProjectDirectory", "."), "target",
			"benchmarks");

	static final List<ContenderKind> ALL = List.of(ContenderKind.ETCD_EVENT, ContenderKind.JETCD,
			ContenderKind.RANGE_CACHE, ContenderKind.FLOOR);

	private final EtcdServer server;

	private final Writer writer;

	private final ServerMeters meters;

	/**
	 * It need not survive a crash of the machine, but take a lot, and tell what it needs
	 * for that.
	 */
	Bench() {
		this.server = EtcdServer.create("--unsafe-no-fsync", "--quota-backend-bytes", Long.toString(8L << 30),
				"--max-txn-ops", "10000", "--enable-pprof", "--log-level", "error");
		this.writer = new Writer(this.server.endpoint());
		this.meters = new ServerMeters(this.server.endpoint());
	}

	EtcdServer server() {
		return this.server;
	}

	Writer writer() {
		return this.writer;
	}

	ServerMeters meters() {
		return this.meters;
	}

	Subject.Task task(String prefix) {
		return new Subject.Task(this.server.endpoint(), prefix);
	}

	@Override
	public void close() {
		this.writer.close();
		this.server.close();
	}

}

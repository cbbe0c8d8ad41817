package org.etcdevent.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The disk of a process that hangs: {@code fdatasync} does not return, while all else of
 * the process goes on. {@code strace} does that, until this is closed or the process
 * ends.
 */
public final class HungDisk implements AutoCloseable {

	/** Longer than any test. */
	private static final Duration DELAY = Duration.ofMinutes(30);

	private final Process strace;

	HungDisk(long pid) {
		try {
			this.strace = new ProcessBuilder("strace", "-f", "-p", Long.toString(pid), "-o", "/dev/null", "-e",
					"trace=fdatasync", "-e", "inject=fdatasync:delay_enter=" + TimeUnit.MICROSECONDS.convert(DELAY))
				.redirectErrorStream(true)
				.start();
		}
		catch (IOException ex) {
			throw new UnsupportedOperationException("A disk hangs only where strace is installed", ex);
		}
		awaitAttached();
	}

	/** It says so once it has all threads, or ends. */
	private void awaitAttached() {
		BufferedReader output = this.strace.inputReader(StandardCharsets.US_ASCII);
		List<String> said = new ArrayList<>();
		try {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				if (line.contains("attached")) {
					return;
				}
				said.add(line);
			}
		}
		catch (IOException ex) {
			said.add(ex.toString());
		}
		close();
		if (said.toString().contains("Operation not permitted")) {
			throw new UnsupportedOperationException("A disk hangs only where strace may attach to etcd: " + said);
		}
		throw new IllegalStateException("strace failed: " + said);
	}

	/** The disk wakes up. */
	@Override
	public void close() {
		this.strace.destroy();
		this.strace.onExit().orTimeout(30, TimeUnit.SECONDS).join();
	}

}

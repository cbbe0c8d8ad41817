package org.etcdevent.benchmarks.contender;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/**
 * What this process has used of the CPU, as the operating system counts. Linux counts the
 * nanoseconds of each thread, and knows which of them compile; elsewhere ticks of 10 ms
 * of all threads have to do. For one thread.
 */
final class CpuClock {

	private static final Path THREADS = Path.of("/proc/self/task");

	/** As much of their names as Linux keeps. */
	private static final String COMPILER = " CompilerThre";

	private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	/** What was last seen of each thread, for one that has ended counts as well. */
	private final Map<String, Long> seen = new HashMap<>();

	/** The same of the compiler's threads. */
	private final Map<String, Long> compilers = new HashMap<>();

	/**
	 * All that was used so far.
	 * @return nanoseconds
	 */
	long nanos() throws IOException {
		if (!Files.isReadable(THREADS.resolve(Long.toString(ProcessHandle.current().pid())).resolve("schedstat"))) {
			return this.system.getProcessCpuTime();
		}
		try (Stream<Path> threads = Files.list(THREADS)) {
			List<Path> all = threads.toList();
			for (Path thread : all) {
				look(thread);
			}
		}
		return sum(this.seen);
	}

	/**
	 * What the compiler used of it, as of the last look.
	 * @return nanoseconds, 0 where that is not known
	 */
	long compilerNanos() {
		return sum(this.compilers);
	}

	private static long sum(Map<String, Long> nanos) {
		return nanos.values().stream().mapToLong(Long::longValue).sum();
	}

	private void look(Path thread) {
		try {
			long nanos = Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
			this.seen.put(thread.toString(), nanos);
			if (Files.readString(thread.resolve("comm")).contains(COMPILER)) {
				this.compilers.put(thread.toString(), nanos);
			}
		}
		catch (IOException ex) {
			// It has just ended.
		}
	}

}

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
 * nanoseconds of each thread, elsewhere ticks of 10 ms have to do. For one thread.
 */
final class CpuClock {

	private static final Path THREADS = Path.of("/proc/self/task");

	private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	/** What was last seen of each thread, for one that has ended counts as well. */
	private final Map<String, Long> seen = new HashMap<>();

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
		return this.seen.values().stream().mapToLong(Long::longValue).sum();
	}

	private void look(Path thread) {
		try {
			String[] counts = Files.readString(thread.resolve("schedstat")).split(" ");
			this.seen.put(thread.toString(), Long.parseLong(counts[0]));
		}
		catch (IOException ex) {
			// It has just ended.
		}
	}

}

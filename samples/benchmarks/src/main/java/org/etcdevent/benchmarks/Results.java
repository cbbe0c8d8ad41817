package org.etcdevent.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

import com.ibm.etcd.client.EtcdClient;
import io.etcd.jetcd.Client;
import io.grpc.internal.GrpcUtil;
import io.netty.util.Version;

import org.springframework.boot.SpringBootVersion;

/**
 * Where the table goes, with what one has to know to read it.
 */
final class Results {

	/** The module's, beside its sources. */
	static final Path FOLDER = Path.of(System.getProperty("benchmarks.folder", "."));

	private Results() {
	}

	/**
	 * Writes the table of a whole run.
	 * @param report the figures
	 * @param minutes how long it took
	 */
	static void write(Report report, long minutes) {
		String text = """
				# Results

				Written by `./mvnw -q -pl samples/benchmarks -am verify -Pbench`, which runs everything, in %d minutes on %s.

				| | |
				| --- | --- |
				| machine | %s, %d processors, %s %s |
				| load | %s when this was written: what others do on the machine is in the figures |
				| Java | %s |
				| etcd | %s |
				| versions | Spring Boot %s, gRPC %s, Netty %s, jetcd %s, etcd-java %s |

				Machines differ: read the ratios. Figures are medians of the rounds, with the lowest and the highest.

				%s"""
			.formatted(minutes, LocalDate.now(ZoneOffset.UTC), processor(), Runtime.getRuntime().availableProcessors(),
					System.getProperty("os.name"), System.getProperty("os.arch"), load(), Runtime.version(), etcd(),
					SpringBootVersion.getVersion(), GrpcUtil.getGrpcBuildVersion().getImplementationVersion(), netty(),
					jar(Client.class), jar(EtcdClient.class), report.table());
		try {
			Files.writeString(FOLDER.resolve("RESULTS.md"), text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String load() {
		return Report.number(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
	}

	private static String netty() {
		Version version = Version.identify().get("netty-common");
		return (version != null) ? version.artifactVersion() : "?";
	}

	/** By the name of the file that a class comes from. */
	private static String jar(Class<?> type) {
		String path = type.getProtectionDomain().getCodeSource().getLocation().getPath();
		return path.replaceAll(".*-([0-9.]+)\\.jar", "$1");
	}

	private static String etcd() {
		try (Bench bench = new Bench()) {
			return bench.meters().version();
		}
	}

	/** Linux tells; elsewhere the architecture has to do. */
	private static String processor() {
		Path file = Path.of("/proc/cpuinfo");
		try {
			return Files.isReadable(file) ? Files.readAllLines(file)
				.stream()
				.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).strip())
				.findFirst()
				.orElse("?") : "?";
		}
		catch (IOException ex) {
			return "?";
		}
	}

}

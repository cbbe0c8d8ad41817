package org.etcdevent.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.etcdevent.benchmarks.contender.ContenderKind;
import org.etcdevent.benchmarks.contender.StartupMain;

/**
 * How much longer the start of an application takes that waits for its watches.
 */
final class StartupCase implements Case {

	private static final int ROUNDS = 5;

	private static final int WATCHES = 50;

	@Override
	public void run(Report report) throws IOException {
		Spread with = new Spread();
		Spread one = new Spread();
		Spread without = new Spread();
		try (Bench bench = new Bench()) {
			for (int i = 0; i < WATCHES; i++) {
				bench.writer().mark("bench/" + i + "/key");
			}
			for (int round = 0; round <= ROUNDS; round++) {
				double shorter = start(bench, 0);
				double little = start(bench, 1);
				double longer = start(bench, WATCHES);
				if (round > 0) {
					without.add(shorter);
					one.add(little);
					with.add(longer);
				}
			}
		}
		report.row("application start with 50 watches: ms more than " + without + " without")
			.figure(ContenderKind.ETCD_EVENT, with.toString())
			.atMost(with.median() - without.median(), 300, "ms more")
			.done();
		report.row("the same with 1 watch, which loads the classes of gRPC and Netty")
			.figure(ContenderKind.ETCD_EVENT, one.toString())
			.done();
	}

	/** Milliseconds. */
	private static double start(Bench bench, int watches) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-classpath", System.getProperty("java.class.path"), StartupMain.class.getName(),
				bench.server().endpoint().toString(), Integer.toString(watches))
			.redirectError(ProcessBuilder.Redirect.appendTo(Bench.FOLDER.resolve("startup.log").toFile()))
			.start();
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			return Long.parseLong(output.readLine()) / 1e6;
		}
		finally {
			process.destroyForcibly().onExit().join();
		}
	}

}

package org.etcdevent.interleaving;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jetbrains.lincheck.Lincheck;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has Lincheck run small pieces of concurrent code in one order of their steps after the
 * other. It decides when each thread goes on, so what it finds it finds each time, and a
 * thread that is never woken is a deadlock at once. Takes the JDK's locks apart for that,
 * so it gets a process of its own.
 */
public final class Interleavings {

	/** Enough for each order with one switch, and many with more. */
	private static final int ORDERS = 50;

	private static final List<String> OPENED = List.of("java.lang", "java.time", "java.util", "java.util.concurrent",
			"java.util.concurrent.atomic", "java.util.concurrent.locks", "java.util.function");

	private static final Pattern EXPLORED = Pattern.compile("^interleavings of '(.*)': ", Pattern.MULTILINE);

	private Interleavings() {
	}

	/**
	 * Explores scenarios.
	 * @param scenarios supplies the scenarios by name, each of which starts its threads,
	 * waits for them, and throws if something is not as it should be
	 * @return the names of those that were explored to the end
	 */
	public static List<String> explore(Class<? extends Supplier<Map<String, Runnable>>> scenarios)
			throws IOException, InterruptedException {
		Path output = Files.createTempFile("interleavings", ".txt");
		try {
			List<String> command = new ArrayList<>();
			command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
			OPENED.forEach((name) -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
			command.addAll(List.of("-Xmx512m", "-Xshare:off", "-Djdk.attach.allowAttachSelf=true",
					"-XX:+EnableDynamicAgentLoading", "-cp",
					System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
					Interleavings.class.getName(), scenarios.getName()));
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			boolean ended = process.waitFor(300, TimeUnit.SECONDS);
			process.destroyForcibly();
			String said = Files.readString(output, StandardCharsets.UTF_8);
			System.out.println(said);
			assertThat(ended).as("ends in time").isTrue();
			assertThat(process.exitValue()).as(said).isZero();
			return EXPLORED.matcher(said).results().map((line) -> line.group(1)).toList();
		}
		finally {
			Files.delete(output);
		}
	}

	/**
	 * Runs in the process.
	 * @param args the type that supplies the scenarios
	 */
	@SuppressWarnings("unchecked")
	public static void main(String[] args) throws Exception {
		Supplier<Map<String, Runnable>> scenarios = (Supplier<Map<String, Runnable>>) Class.forName(args[0])
			.getConstructor()
			.newInstance();
		scenarios.get().forEach((name, scenario) -> {
			long begun = System.nanoTime();
			Lincheck.runConcurrentTest(ORDERS, scenario);
			System.out.println("interleavings of '" + name + "': " + ORDERS + " in "
					+ TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms");
		});
		System.exit(0);
	}

}

package org.etcdevent.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.etcdevent.benchmarks.contender.ContenderKind;
import org.etcdevent.benchmarks.contender.ContenderMain;

/**
 * A contender's JVM, seen from the driver. It ends with the driver, however that ends.
 */
final class Subject implements AutoCloseable {

	private final ContenderKind kind;

	private final Process process;

	private final PrintStream commands;

	private final BufferedReader answers;

	private Subject(ContenderKind kind, Process process) throws IOException {
		this.kind = kind;
		this.process = process;
		this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		answer();
	}

	/**
	 * Starts a contender that follows.
	 * @param kind which one
	 * @param task what it does
	 * @return the contender, to be closed by the caller
	 */
	static Subject start(ContenderKind kind, Task task) {
		Subject subject = connect(kind, task);
		subject.follow();
		return subject;
	}

	/**
	 * Starts a contender that does not follow yet.
	 * @param kind which one
	 * @param task what it is going to do
	 * @param options for its JVM
	 * @return the contender, to be closed by the caller
	 */
	static Subject connect(ContenderKind kind, Task task, String... options) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of(options));
		command.addAll(List.of("-classpath", System.getProperty("java.class.path"), ContenderMain.class.getName(),
				kind.name(), task.endpoint().toString(), task.prefix(), Integer.toString(task.ranges()),
				Integer.toString(task.consumers()), Long.toString(task.handlerNanos())));
		try {
			Files.createDirectories(Bench.FOLDER);
			Process process = new ProcessBuilder(command)
				.redirectError(ProcessBuilder.Redirect.appendTo(Bench.FOLDER.resolve(kind.name() + ".log").toFile()))
				.start();
			return new Subject(kind, process);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(kind + " did not start; its log is in " + Bench.FOLDER, ex);
		}
	}

	ContenderKind kind() {
		return this.kind;
	}

	/**
	 * Lets it follow. Some contenders take the first state in meanwhile, others later.
	 * @return when it began, in nanoseconds on the machine's clock
	 */
	long follow() {
		return number("follow");
	}

	/**
	 * Waits until each consumer was told of a revision or a later one.
	 * @return when it was, in nanoseconds on the machine's clock
	 */
	long await(long revision) {
		return number("await " + revision);
	}

	/**
	 * Waits until each consumer had so many deliveries.
	 * @return when it was, in nanoseconds on the machine's clock
	 */
	long awaitCount(long count) {
		return number("count " + count);
	}

	/**
	 * Waits until the first state is known, told or not.
	 * @return when it was, in nanoseconds on the machine's clock
	 */
	long awaitKnown() {
		return number("known");
	}

	/** The deliveries to all consumers. */
	long deliveries() {
		return number("deliveries");
	}

	/** What the process has used of the CPU, as the operating system counts. */
	Cpu cpu() {
		long[] nanos = numbers("cpu");
		return new Cpu(nanos[0], nanos[0] - nanos[1]);
	}

	/** What is used of the heap after a collection, in bytes. */
	long heap() {
		return number("heap");
	}

	/** Begins to see how much heap is needed. */
	void samplePeak() {
		ask("sample");
	}

	/** How much heap was needed at the most, in bytes. */
	long peak() {
		return number("peak");
	}

	/** Notes deliveries from now on. */
	void record() {
		ask("record");
	}

	/**
	 * How many puts after the one of that number were handled, and when the last.
	 */
	long[] handled(long after) {
		return numbers("handled " + after);
	}

	/**
	 * The number of deliveries, and their median, 99th percentile and highest age, in
	 * nanoseconds.
	 */
	long[] ages() {
		return numbers("ages");
	}

	/** The highest age in each interval, in nanoseconds. */
	long[] oldest(long startNanos, long intervalNanos) {
		return numbers("oldest " + startNanos + " " + intervalNanos);
	}

	void away() {
		ask("away");
	}

	void back() {
		ask("back");
	}

	/** The process's resident memory, in bytes. */
	long resident() {
		try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(this.process.pid()), "status"))) {
			return lines.filter((line) -> line.startsWith("VmRSS:"))
				.mapToLong((line) -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
				.findFirst()
				.orElse(0);
		}
		catch (IOException ex) {
			// Only Linux tells.
			return 0;
		}
	}

	long pid() {
		return this.process.pid();
	}

	private long number(String command) {
		return Long.parseLong(ask(command));
	}

	private long[] numbers(String command) {
		String answer = ask(command);
		return answer.isEmpty() ? new long[0] : Arrays.stream(answer.split(" ")).mapToLong(Long::parseLong).toArray();
	}

	private String ask(String command) {
		this.commands.println(command);
		try {
			String answer = answer();
			if (answer.startsWith("only ")) {
				throw new IllegalStateException(this.kind + " did not get there: " + answer);
			}
			return answer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String answer() throws IOException {
		String answer = this.answers.readLine();
		if (answer == null) {
			throw new IOException(this.kind + " has ended");
		}
		return answer;
	}

	@Override
	public void close() {
		this.commands.close();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What a process has used of the CPU so far.
	 *
	 * @param nanos all of it, in nanoseconds
	 * @param running without the threads that compile
	 */
	record Cpu(long nanos, long running) {

		/** What was used since. */
		Cpu since(Cpu before) {
			return new Cpu(this.nanos - before.nanos, this.running - before.running);
		}

	}

	/**
	 * What a contender does.
	 *
	 * @param endpoint where etcd is
	 * @param prefix what keys begin with
	 * @param ranges how many ranges there are: one of all keys, or some with a number
	 * each
	 * @param consumers how many there are of each range
	 * @param handlerNanos how long each takes for a call
	 */
	record Task(URI endpoint, String prefix, int ranges, int consumers, long handlerNanos) {

		Task(URI endpoint, String prefix) {
			this(endpoint, prefix, 1, 1, 0);
		}

	}

}

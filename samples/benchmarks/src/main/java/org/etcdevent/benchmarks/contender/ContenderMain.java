package org.etcdevent.benchmarks.contender;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The JVM of one contender. Does what it reads, a line at a time, and answers each with a
 * line. It ends with its input.
 */
public final class ContenderMain {

	private static final long PATIENCE = TimeUnit.MINUTES.toNanos(3);

	private final Contender contender;

	private final List<Probe> probes = new ArrayList<>();

	private final HeapPeak peak = new HeapPeak();

	private final CpuClock cpu = new CpuClock();

	private ContenderMain(Contender contender) {
		this.contender = contender;
	}

	/**
	 * Runs a contender.
	 * @param args its name, the endpoint, what keys begin with, the number of ranges, the
	 * number of consumers of each, and the nanoseconds that each of them takes for a call
	 * @throws Exception if it does not work
	 */
	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		// Whatever else is printed would not be an answer.
		System.setOut(System.err);
		ContenderMain main = new ContenderMain(ContenderKind.valueOf(args[0]).make());
		main.connect(URI.create(args[1]), args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]),
				Long.parseLong(args[5]));
		answers.println("connected");
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			answers.println(main.answer(line.split(" ")));
		}
		main.contender.close();
		System.exit(0);
	}

	/** A single range is all below what keys begin with; others have a number each. */
	private void connect(URI endpoint, String prefix, int ranges, int consumers, long delayNanos) throws Exception {
		List<Contender.Consumer> all = new ArrayList<>();
		for (int range = 0; range < ranges; range++) {
			for (int i = 0; i < consumers; i++) {
				Probe probe = new Probe(delayNanos);
				this.probes.add(probe);
				all.add(new Contender.Consumer((ranges == 1) ? prefix : prefix + range + "/", probe));
			}
		}
		this.contender.connect(List.of(endpoint), all);
	}

	private Object answer(String[] command) throws Exception {
		return switch (command[0]) {
			case "follow" -> {
				long begun = System.nanoTime();
				this.contender.follow();
				yield begun;
			}
			case "known" -> await((probe) -> this.contender.isKnown() ? 1 : 0, 1);
			case "await" -> await(Probe::revision, number(command[1]));
			case "count" -> await(Probe::count, number(command[1]));
			case "deliveries" -> this.probes.stream().mapToLong(Probe::count).sum();
			case "cpu" -> this.cpu.nanos() + " " + this.cpu.compilerNanos();
			case "heap" -> heap();
			case "sample" -> {
				this.peak.start();
				yield "sampling";
			}
			case "peak" -> this.peak.end();
			case "record" -> {
				this.probes.forEach(Probe::record);
				yield "recording";
			}
			case "handled" ->
				samples().handledCount(number(command[1])) + " " + samples().handledLast(number(command[1]));
			case "ages" -> ages();
			case "oldest" -> Arrays.stream(samples().oldest(number(command[1]), number(command[2])))
				.mapToObj(Long::toString)
				.collect(Collectors.joining(" "));
			case "away" -> {
				this.contender.away();
				yield "away";
			}
			case "back" -> {
				this.contender.back();
				yield "back";
			}
			default -> throw new IOException("There is no command " + command[0]);
		};
	}

	private static long number(String text) {
		return Long.parseLong(text);
	}

	private Samples samples() {
		return this.probes.get(0).samples();
	}

	/** Answers with the time at which all of them had it, or how far they came. */
	private String await(ToLongFunction<Probe> progress, long target) {
		BooleanSupplier reached = () -> this.probes.stream().allMatch((probe) -> progress.applyAsLong(probe) >= target);
		long deadline = System.nanoTime() + PATIENCE;
		while (!reached.getAsBoolean()) {
			if (System.nanoTime() - deadline > 0) {
				return "only " + this.probes.stream().mapToLong(progress).min().orElse(0) + " of " + target;
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
		}
		return Long.toString(System.nanoTime());
	}

	/** Twice for what only the first collection frees. */
	private static long heap() {
		HeapPeak.used();
		return HeapPeak.used();
	}

	private String ages() {
		long[] ages = samples().ages();
		if (ages.length == 0) {
			return "0 0 0 0";
		}
		return ages.length + " " + ages[ages.length / 2] + " " + ages[(int) (ages.length * 0.99)] + " "
				+ ages[ages.length - 1];
	}

}

package org.etcdevent.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * Minutes of mixed load, in which nothing may be handled late. What is, is dumped while
 * it is.
 */
final class SoakCase implements Case {

	private static final long LATE = TimeUnit.SECONDS.toNanos(1);

	private final Duration duration = Duration.ofSeconds(Long.getLong("soak.seconds", 600));

	private final Random random = new Random(1);

	private final ScheduledExecutorService alarm = Executors.newSingleThreadScheduledExecutor();

	private long latest;

	private long deliveries;

	private int turns;

	@Override
	public void run(Report report) {
		try (Bench bench = new Bench();
				Subject subject = Subject.start(ContenderKind.ETCD_EVENT, bench.task("bench/"))) {
			turn(bench, subject);
			// What was late while the JVM was cold does not count.
			this.latest = 0;
			long end = System.nanoTime() + this.duration.toNanos();
			while (System.nanoTime() - end < 0) {
				turn(bench, subject);
			}
		}
		finally {
			this.alarm.shutdownNow();
		}
		report
			.row("soak, %d s of batches, singles and bursts: latest of %d deliveries, s"
				.formatted(this.duration.toSeconds(), this.deliveries))
			.figure(ContenderKind.ETCD_EVENT, Report.number(this.latest / 1e9))
			.atMost(this.latest / 1e9, LATE / 1e9, "s")
			.done();
	}

	private void turn(Bench bench, Subject subject) {
		subject.record();
		long end = switch (this.random.nextInt(3)) {
			case 0 -> bench.writer().batches("bench/", CpuCase.KEYS, 20_000, 100, CpuCase.VALUE_BYTES);
			case 1 -> bench.writer().openLoop("bench/", CpuCase.KEYS, 300, 2, CpuCase.VALUE_BYTES);
			default -> bench.writer().singles("bench/", CpuCase.KEYS, 5_000, CpuCase.VALUE_BYTES);
		};
		Future<?> dump = this.alarm.schedule(() -> dump(subject), LATE, TimeUnit.NANOSECONDS);
		subject.await(end);
		dump.cancel(false);
		long[] ages = subject.ages();
		this.latest = Math.max(this.latest, ages[3]);
		this.deliveries += ages[0];
		if (ages[3] > LATE) {
			System.out.println("  turn " + this.turns + ": one was " + Report.number(ages[3] / 1e9) + " s late");
		}
		if (++this.turns % 20 == 0) {
			bench.writer().compact(end);
		}
	}

	/** Stacks, while something is on its way for too long. */
	private static void dump(Subject subject) {
		try {
			new ProcessBuilder("jcmd", Long.toString(subject.pid()), "Thread.print")
				.redirectOutput(Bench.FOLDER.resolve("late-" + System.nanoTime() + ".txt").toFile())
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			System.out.println("  It is late, and its stacks cannot be had: " + ex.getMessage());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

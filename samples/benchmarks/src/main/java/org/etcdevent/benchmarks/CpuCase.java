package org.etcdevent.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * What each contender's process uses for an event, by the operating system's count: in
 * rounds, one contender after the other in each, on warm JVMs. A short run and a long one
 * a round, so that the difference leaves out what both have: starting and stopping to
 * count. It leaves out the threads that compile as well, which go on for longer than a
 * benchmark may.
 */
final class CpuCase implements Case {

	static final int VALUE_BYTES = 128;

	static final int KEYS = 1_000;

	private static final int WARM_UP = 2;

	private static final int ROUNDS = 5;

	private final String name;

	private final List<ContenderKind> contenders;

	private final int consumers;

	private final Load load;

	private final int events;

	private final Targets targets;

	/**
	 * A comparison.
	 * @param name what is done
	 * @param contenders who takes part
	 * @param consumers how many each has, of the one prefix
	 * @param load what is written
	 * @param events how many puts a short run has; a long one has six times as many
	 * @param targets what is to be reached
	 */
	CpuCase(String name, List<ContenderKind> contenders, int consumers, Load load, int events, Targets targets) {
		this.name = name;
		this.contenders = contenders;
		this.consumers = consumers;
		this.load = load;
		this.events = events;
		this.targets = targets;
	}

	@Override
	public void run(Report report) {
		Figures<Spread> whole = new Figures<>(this.contenders, Spread::new);
		Figures<Spread> difference = new Figures<>(this.contenders, Spread::new);
		List<Subject> subjects = new ArrayList<>();
		try (Bench bench = new Bench()) {
			for (ContenderKind kind : this.contenders) {
				subjects.add(Subject.start(kind,
						new Subject.Task(bench.server().endpoint(), prefix(kind), 1, this.consumers, 0)));
			}
			for (int round = 0; round < WARM_UP + ROUNDS; round++) {
				for (Subject subject : subjects) {
					Subject.Cpu shortRun = cpu(bench, subject, this.events);
					Subject.Cpu longRun = cpu(bench, subject, 6 * this.events);
					if (round >= WARM_UP) {
						whole.get(subject.kind()).add(longRun.nanos() / 1e3 / (6 * this.events));
						difference.get(subject.kind())
							.add((longRun.running() - shortRun.running()) / 1e3 / (5 * this.events));
					}
				}
			}
		}
		finally {
			subjects.forEach(Subject::close);
		}
		this.targets.judge(report, this.name + ", CPU µs/event", whole);
		this.targets.judge(report, this.name + ", long minus short run, nothing compiled", difference);
	}

	private static String prefix(ContenderKind kind) {
		return "bench/" + kind.name() + "/";
	}

	/** Until the last of the writes was handled. */
	private Subject.Cpu cpu(Bench bench, Subject subject, int count) {
		String prefix = prefix(subject.kind());
		Subject.Cpu before = subject.cpu();
		this.load.write(bench.writer(), prefix, count);
		long end = bench.writer().mark(prefix + "end");
		subject.await(end);
		Subject.Cpu used = subject.cpu().since(before);
		bench.writer().compact(end);
		return used;
	}

	/**
	 * What is written.
	 */
	@FunctionalInterface
	interface Load {

		/** Transactions of 100 puts. */
		Load BATCHES = (writer, prefix, events) -> writer.batches(prefix, KEYS, events, 100, VALUE_BYTES);

		/** Single puts. */
		Load SINGLES = (writer, prefix, events) -> writer.singles(prefix, KEYS, events, VALUE_BYTES);

		void write(Writer writer, String prefix, int events);

	}

	/**
	 * What is to be reached.
	 */
	@FunctionalInterface
	interface Targets {

		void judge(Report report, String name, Figures<Spread> figures);

		/**
		 * At most so much of what others need.
		 * @param shares the highest share of each
		 * @return the targets
		 */
		static Targets shares(Map<ContenderKind, Double> shares) {
			return (report, name, figures) -> {
				Report.Row row = report.row(name).figures(figures);
				double own = figures.own().median();
				new TreeMap<>(shares)
					.forEach((other, share) -> row.atMost(own / figures.get(other).median(), share, "× " + other));
				row.done();
			};
		}

	}

}

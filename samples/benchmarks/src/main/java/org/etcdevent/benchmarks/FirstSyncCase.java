package org.etcdevent.benchmarks;

import java.util.List;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * A million keys: how long the first state takes, how much memory meanwhile, and how much
 * for good.
 */
final class FirstSyncCase implements Case {

	private static final int KEYS = 1_000_000;

	private static final int BYTES = 100;

	private static final int KEY_BYTES = Writer.key("bench/", 0).length();

	private static final int ROUNDS = 3;

	private static final List<ContenderKind> CONTENDERS = List.of(ContenderKind.ETCD_EVENT, ContenderKind.RANGE_CACHE,
			ContenderKind.FLOOR);

	private final Figures<Spread> seconds = new Figures<>(CONTENDERS, Spread::new);

	private final Figures<Spread> told = new Figures<>(CONTENDERS, Spread::new);

	private final Figures<Double> overhead = new Figures<>();

	private double kept;

	@Override
	public void run(Report report) {
		try (Bench bench = new Bench()) {
			bench.writer().batches("bench/", KEYS, KEYS, 1_000, BYTES);
			for (int round = 0; round < ROUNDS; round++) {
				for (ContenderKind kind : CONTENDERS) {
					sync(bench, kind);
				}
			}
			double peak = peak(bench);
			report.row("first sync of 1,000,000 keys of 100 B: s")
				.figures(this.seconds)
				.atMost(this.seconds.own().median() / this.seconds.get(ContenderKind.FLOOR).median(), 1.1,
						"× a bare paged read")
				.done();
			report.row("the same, until all were handled: s").figures(this.told).done();
			report.row("the same: peak heap, MB of what is kept, MB")
				.figure(ContenderKind.ETCD_EVENT, Report.number(peak / 1e6) + " of " + Report.number(this.kept / 1e6))
				.atMost(peak / this.kept, 1.6, "× what is kept")
				.done();
			report.row("kept per key beyond key and value: B")
				.figures(this.overhead)
				.atMost(this.overhead.own() / this.overhead.get(ContenderKind.RANGE_CACHE), 0.7,
						"× " + ContenderKind.RANGE_CACHE)
				.done();
		}
	}

	private void sync(Bench bench, ContenderKind kind) {
		try (Subject subject = Subject.connect(kind, bench.task("bench/"), "-Xmx4g")) {
			long before = subject.heap();
			long begun = subject.follow();
			this.seconds.get(kind).add((subject.awaitKnown() - begun) / 1e9);
			this.told.get(kind).add((subject.awaitCount(KEYS) - begun) / 1e9);
			if (kind != ContenderKind.FLOOR) {
				double after = subject.heap() - before;
				this.overhead.put(kind, after / KEYS - KEY_BYTES - BYTES);
				this.kept = (kind == ContenderKind.ETCD_EVENT) ? after : this.kept;
			}
		}
	}

	/** Bytes, in a run of its own: to see it takes time. */
	private static double peak(Bench bench) {
		try (Subject subject = Subject.connect(ContenderKind.ETCD_EVENT, bench.task("bench/"), "-Xmx4g")) {
			long before = subject.heap();
			subject.samplePeak();
			subject.follow();
			subject.awaitCount(KEYS);
			return subject.peak() - before;
		}
	}

}

package org.etcdevent.benchmarks;

import java.util.ArrayList;
import java.util.List;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * From the moment a put is due to its handler, at a steady rate, whether earlier puts
 * were answered or not.
 */
final class LatencyCase implements Case {

	private static final int ROUNDS = 5;

	private static final int RATE = 500;

	private static final int SECONDS = 3;

	private static final List<ContenderKind> CONTENDERS = List.of(ContenderKind.ETCD_EVENT, ContenderKind.JETCD,
			ContenderKind.RANGE_CACHE);

	@Override
	public void run(Report report) {
		Figures<Spread> median = new Figures<>(CONTENDERS, Spread::new);
		Figures<Spread> high = new Figures<>(CONTENDERS, Spread::new);
		List<Subject> subjects = new ArrayList<>();
		try (Bench bench = new Bench()) {
			CONTENDERS.forEach((kind) -> subjects.add(Subject.start(kind, bench.task("bench/" + kind.name() + "/"))));
			for (int round = 0; round <= ROUNDS; round++) {
				for (Subject subject : subjects) {
					subject.record();
					subject.await(bench.writer()
						.openLoop("bench/" + subject.kind().name() + "/", CpuCase.KEYS, RATE, SECONDS,
								CpuCase.VALUE_BYTES));
					long[] ages = subject.ages();
					if (round > 0) {
						median.get(subject.kind()).add(ages[1] / 1e6);
						high.get(subject.kind()).add(ages[2] / 1e6);
					}
				}
			}
		}
		finally {
			subjects.forEach(Subject::close);
		}
		judge(report, "put to handler at 500 puts/s: p50, ms", median);
		judge(report, "put to handler at 500 puts/s: p99, ms", high);
	}

	private static void judge(Report report, String name, Figures<Spread> figures) {
		report.row(name)
			.figures(figures)
			.atMost(figures.own().median() / figures.get(ContenderKind.JETCD).median(), 1, "× " + ContenderKind.JETCD)
			.done();
	}

}

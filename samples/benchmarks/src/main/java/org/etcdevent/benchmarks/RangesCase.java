package org.etcdevent.benchmarks;

import java.util.List;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * What a range costs, in the server and in the application: the difference between many
 * and one, by the number.
 */
final class RangesCase implements Case {

	private static final int RANGES = 200;

	private static final List<ContenderKind> CONTENDERS = List.of(ContenderKind.ETCD_EVENT, ContenderKind.JETCD,
			ContenderKind.RANGE_CACHE);

	@Override
	public void run(Report report) {
		Figures<Double> server = new Figures<>();
		Figures<Double> heap = new Figures<>();
		Figures<Double> resident = new Figures<>();
		Figures<Double> streams = new Figures<>();
		for (ContenderKind kind : CONTENDERS) {
			double[] one = measure(kind, 1);
			double[] many = measure(kind, RANGES + 1);
			streams.put(kind, many[3]);
			server.put(kind, (many[0] - one[0]) / RANGES / 1024);
			heap.put(kind, (many[1] - one[1]) / RANGES / 1024);
			resident.put(kind, (many[2] - one[2]) / RANGES / 1024);
		}
		report.row("200 ranges: streams").figures(streams).atMost(streams.own(), 1, "stream").done();
		judge(report, "200 ranges: server memory, KiB a range", server);
		judge(report, "200 ranges: client heap, KiB a range", heap);
		report.row("200 ranges: client resident memory, KiB a range").figures(resident).done();
	}

	private static void judge(Report report, String name, Figures<Double> figures) {
		report.row(name)
			.figures(figures)
			.atMost(figures.own() / figures.get(ContenderKind.JETCD), 0.2, "× " + ContenderKind.JETCD)
			.done();
	}

	/** The server's memory, the client's heap and resident memory, and the streams. */
	private static double[] measure(ContenderKind kind, int ranges) {
		try (Bench bench = new Bench()) {
			double before = bench.meters().memory();
			Subject.Task task = new Subject.Task(bench.server().endpoint(), "bench/", ranges, 1, 0);
			try (Subject subject = Subject.start(kind, task)) {
				// Each has a key, and was told of it.
				for (int round = 0; round < 3; round++) {
					long last = 0;
					for (int number = 0; number < ranges; number++) {
						last = bench.writer().mark((ranges == 1) ? "bench/key" : "bench/" + number + "/key");
					}
					long first = last - ranges + 1;
					subject.await(first);
				}
				return new double[] { bench.meters().memory() - before, subject.heap(), subject.resident(),
						bench.meters().streams() };
			}
		}
	}

}

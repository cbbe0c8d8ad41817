package org.etcdevent.benchmarks;

import java.util.List;

import org.etcdevent.benchmarks.contender.ContenderKind;
import org.etcdevent.testsupport.TcpProxy;

/**
 * What it takes to be up to date again where history is compacted meanwhile and little
 * has changed. jetcd leaves it to the user to read everything again.
 */
final class ResyncCase implements Case {

	private static final int KEYS = 100_000;

	private static final int BYTES = 1_024;

	private static final int DELETIONS = 10;

	private static final int CHANGES = 100;

	@Override
	public void run(Report report) {
		Figures<Double> bytes = new Figures<>();
		Figures<Double> deliveries = new Figures<>();
		double share = 0;
		try (Bench bench = new Bench()) {
			bench.writer().batches("bench/", KEYS, KEYS, 500, BYTES);
			for (ContenderKind kind : List.of(ContenderKind.RANGE_CACHE, ContenderKind.ETCD_EVENT)) {
				try (TcpProxy proxy = new TcpProxy(bench.server().port());
						Subject subject = Subject.start(kind, new Subject.Task(proxy.endpoint(), "bench/"))) {
					subject.awaitCount(KEYS - DELETIONS);
					long there = deliveries(bench, subject);
					long whole = proxy.received();
					proxy.refuse();
					change(bench, kind);
					proxy.open();
					subject.awaitCount(there + CHANGES);
					// But for the mark.
					long told = deliveries(bench, subject) - there - 1;
					bytes.put(kind, (proxy.received() - whole) / 1e6);
					deliveries.put(kind, (double) told);
					share = (double) (proxy.received() - whole) / whole;
				}
			}
		}
		report.row("resync, 100 of 100,000 keys of 1 KB changed: MB received")
			.figures(bytes)
			.atMost(share, 0.1, "× a full read")
			.done();
		report.row("the same: deliveries")
			.figures(deliveries)
			.atMost(Math.abs(deliveries.own() - CHANGES), 0, "besides the changes")
			.done();
	}

	/** All that there are, up to a mark. */
	private static long deliveries(Bench bench, Subject subject) {
		subject.await(bench.writer().mark("bench/mark"));
		return subject.deliveries();
	}

	private static void change(Bench bench, ContenderKind kind) {
		bench.writer().batches("bench/", KEYS, CHANGES - DELETIONS, CHANGES - DELETIONS, BYTES);
		// Each contender has keys of its own that go.
		int first = KEYS / 2 + kind.ordinal() * DELETIONS;
		bench.writer().delete("bench/", first, DELETIONS);
		bench.writer().compact(bench.writer().mark("elsewhere"));
	}

}

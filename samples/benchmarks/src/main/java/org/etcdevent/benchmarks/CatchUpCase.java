package org.etcdevent.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

import org.etcdevent.benchmarks.contender.ContenderKind;
import org.etcdevent.testsupport.TcpProxy;

/**
 * What it takes to catch up with a million events that were written while there was no
 * connection. jetcd's watch would lose them, and its connection come back minutes later:
 * its watch is closed before and begun after, on a connection that lasts. This library
 * reads the 1,000 keys again where it missed more revisions than that. Each round has
 * processes of its own, so that all rounds catch up with the same events.
 */
final class CatchUpCase implements Case {

	private static final int EVENTS = 1_000_000;

	private static final int ROUNDS = 5;

	private static final List<ContenderKind> CONTENDERS = List.of(ContenderKind.ETCD_EVENT, ContenderKind.JETCD);

	private final Figures<Spread> used = new Figures<>(CONTENDERS, Spread::new);

	@Override
	public void run(Report report) {
		List<Away> all = new ArrayList<>();
		try (Bench bench = new Bench()) {
			for (int round = 0; round < ROUNDS; round++) {
				CONTENDERS.forEach((kind) -> all.add(new Away(kind, bench)));
			}
			comeBack(all, bench, EVENTS / 5, (kind, nanos) -> {
				// For warming up.
			});
			comeBack(all, bench, EVENTS, (kind, nanos) -> this.used.get(kind).add(nanos / 1e3 / EVENTS));
		}
		finally {
			all.forEach(Away::close);
		}
		report.row("catch-up with 1,000,000 events of 1,000 keys, which etcd-event reads again: CPU µs/event")
			.figures(this.used)
			.atMost(this.used.own().median() / this.used.get(ContenderKind.JETCD).median(), 0.7,
					"× " + ContenderKind.JETCD)
			.done();
	}

	/**
	 * All at once, so that the server reads what it sends once for all.
	 */
	private static void comeBack(List<Away> all, Bench bench, int events, ObjLongConsumer<ContenderKind> used) {
		all.forEach(Away::leave);
		long end = bench.writer().batches("bench/", CpuCase.KEYS, events, 100, CpuCase.VALUE_BYTES);
		all.forEach(Away::comeBack);
		all.forEach((each) -> used.accept(each.subject.kind(), each.await(end)));
		bench.writer().compact(end);
	}

	/** A contender, and its way to etcd. */
	private static final class Away {

		private final TcpProxy proxy;

		private final Subject subject;

		private Subject.Cpu before;

		Away(ContenderKind kind, Bench bench) {
			this.proxy = new TcpProxy(bench.server().port());
			this.subject = Subject.start(kind, new Subject.Task(this.proxy.endpoint(), "bench/"));
			this.subject.await(bench.writer().mark("bench/mark"));
			this.before = this.subject.cpu();
		}

		void leave() {
			this.subject.away();
			if (this.subject.kind() == ContenderKind.ETCD_EVENT) {
				this.proxy.refuse();
			}
		}

		void comeBack() {
			this.before = this.subject.cpu();
			this.proxy.open();
			this.subject.back();
		}

		/** Nanoseconds of CPU since it came back, once it has caught up. */
		long await(long revision) {
			this.subject.await(revision);
			return this.subject.cpu().since(this.before).nanos();
		}

		void close() {
			this.subject.close();
			this.proxy.close();
		}

	}

}

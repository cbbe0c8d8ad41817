package org.etcdevent.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * What following costs where nothing changes.
 */
final class IdleCase implements Case {

	private static final int RANGES = 100;

	private static final int SECONDS = 15;

	@Override
	public void run(Report report) {
		try (Bench bench = new Bench();
				Subject subject = Subject.connect(ContenderKind.ETCD_EVENT,
						new Subject.Task(bench.server().endpoint(), "bench/", RANGES, 1, 0))) {
			double jvm = percent(subject);
			subject.follow();
			long end = 0;
			for (int range = 0; range < RANGES; range++) {
				end = bench.writer().mark("bench/" + range + "/key");
			}
			subject.await(end - RANGES + 1);
			rest(5);
			double messages = bench.meters().messages();
			double all = percent(subject);
			double requests = (bench.meters().messages() - messages) / (SECONDS + 5);
			report
				.row("idle, 100 ranges: %% of a core, more than %s of a JVM that follows nothing"
					.formatted(Report.number(jvm)))
				.figure(ContenderKind.ETCD_EVENT, Report.number(all - jvm))
				.atMost(all - jvm, 0.1, "%")
				.done();
			report.row("the same: requests a second").figure(ContenderKind.ETCD_EVENT, Report.number(requests)).done();
		}
	}

	/** What it uses of a core. Compilation has its own idea of when to end. */
	private static double percent(Subject subject) {
		rest(5);
		Subject.Cpu before = subject.cpu();
		rest(SECONDS);
		return 100 * subject.cpu().since(before).nanos() / 1e9 / SECONDS;
	}

	private static void rest(long seconds) {
		LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
	}

}

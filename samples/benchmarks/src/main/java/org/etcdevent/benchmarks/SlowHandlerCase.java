package org.etcdevent.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * A handler of a millisecond cannot keep up with 20,000 updates of 1,000 keys, as fast as
 * they can be written. Who hands it the newest values is done a second after the last
 * write, who hands it all of them twenty seconds after. All contenders at once, on the
 * same keys: they mostly sleep.
 */
final class SlowHandlerCase implements Case {

	private static final int ROUNDS = 3;

	private static final int KEYS = 1_000;

	private static final int UPDATES = 20_000;

	private static final long HANDLER = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long PATIENCE = TimeUnit.MINUTES.toNanos(1);

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

	private static final List<ContenderKind> CONTENDERS = List.of(ContenderKind.ETCD_EVENT, ContenderKind.JETCD,
			ContenderKind.RANGE_CACHE);

	private final Figures<Spread> late = new Figures<>(CONTENDERS, Spread::new);

	private final Figures<Spread> deliveries = new Figures<>(CONTENDERS, Spread::new);

	private final Figures<long[]> ages = new Figures<>();

	@Override
	public void run(Report report) {
		for (int round = 0; round < ROUNDS; round++) {
			round();
		}
		double allowed = KEYS * HANDLER * 1.2 / 1e9;
		report.row("handler of 1 ms, 20,000 updates of 1,000 keys: seconds late")
			.figures(this.late)
			.atMost(this.late.own().median(), allowed, "s")
			.done();
		report.row("the same: deliveries").figures(this.deliveries).done();
		Chart.write(INTERVAL, this.ages);
	}

	private void round() {
		List<Subject> subjects = new ArrayList<>();
		try (Bench bench = new Bench()) {
			for (ContenderKind kind : CONTENDERS) {
				subjects.add(Subject.start(kind, new Subject.Task(bench.server().endpoint(), "bench/", 1, 1, HANDLER)));
			}
			// A few first, for whoever is not warm yet.
			long warm = bench.writer().singles("bench/", KEYS, KEYS, CpuCase.VALUE_BYTES);
			subjects.forEach((subject) -> subject.await(warm));
			subjects.forEach(Subject::record);
			long before = bench.writer().last();
			long begun = System.nanoTime();
			long end = bench.writer().singles("bench/", KEYS, UPDATES, CpuCase.VALUE_BYTES);
			long written = System.nanoTime();
			for (Subject subject : subjects) {
				subject.await(end);
				long[] handled = handledNewest(subject, bench.writer().last() - KEYS);
				this.late.get(subject.kind()).add((handled[1] - written) / 1e9);
				this.deliveries.get(subject.kind()).add(subject.handled(before)[0]);
				this.ages.put(subject.kind(), subject.oldest(begun, INTERVAL));
			}
		}
		finally {
			subjects.forEach(Subject::close);
		}
	}

	/** Puts are in turn: the newest of each key are as many as there are keys. */
	private static long[] handledNewest(Subject subject, long after) {
		long[] handled = subject.handled(after);
		long deadline = System.nanoTime() + PATIENCE;
		while (handled[0] < KEYS && System.nanoTime() - deadline < 0) {
			LockSupport.parkNanos(PAUSE);
			handled = subject.handled(after);
		}
		if (handled[0] != KEYS) {
			throw new IllegalStateException(
					subject.kind() + " handled " + handled[0] + " of the newest values of " + KEYS + " keys");
		}
		return handled;
	}

}

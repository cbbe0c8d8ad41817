package org.etcdevent.benchmarks;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.etcdevent.benchmarks.contender.Contender;
import org.etcdevent.benchmarks.contender.ContenderKind;
import org.etcdevent.chaos.Chaos;
import org.etcdevent.chaos.Fault;
import org.etcdevent.chaos.Violation;
import org.etcdevent.chaos.Witness;
import org.etcdevent.chaos.WriteLog;
import org.etcdevent.testsupport.EtcdCluster;

/**
 * The script of the chaos tests, on one member: the same writers, compactions and faults
 * in the same order for each contender. In the end it is looked who holds what is in
 * etcd, after a minute of calm for who was taken for dead and after less for the others.
 */
final class ReliabilityCase implements Case {

	private static final String HEADER = """
			| | live again after a fault | p50 | max | lost values | lost deletions | told twice | phantoms | keys stale for good |
			| --- | --- | --- | --- | --- | --- | --- | --- | --- |
			""";

	private static final List<ContenderKind> CONTENDERS = List.of(ContenderKind.ETCD_EVENT, ContenderKind.JETCD,
			ContenderKind.JETCD_ANEW, ContenderKind.RANGE_CACHE);

	private static final int KEYS = 2_000;

	/** For coming back after a fault, where the next one would be due. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration CALM = Duration.ofSeconds(60);

	/** Who did not come back so often in a row is waited for no more. */
	private static final int DEAD = 3;

	private final Duration duration = Duration.ofSeconds(Long.getLong("chaos.seconds", 60));

	private final long seed = Long.getLong("chaos.seed", 1);

	@Override
	public void run(Report report) throws Exception {
		// No contender logs in.
		List<Fault> faults = Fault.shuffled(1, this.duration.toSeconds(), this.seed)
			.stream()
			.filter((fault) -> fault != Fault.WRONG_PASSWORD)
			.toList();
		StringBuilder table = new StringBuilder(HEADER);
		for (ContenderKind kind : CONTENDERS) {
			table.append(run(kind, faults));
		}
		report.section(table.toString());
	}

	private String run(ContenderKind kind, List<Fault> faults) throws Exception {
		WriteLog log = new WriteLog("chaos/", KEYS);
		Witness witness = new Witness(kind.toString(), log);
		try (Chaos chaos = new Chaos(EtcdCluster.create(1), log, PATIENCE, this.seed);
				Contender contender = kind.make()) {
			contender.connect(chaos.endpoints(),
					List.of(new Contender.Consumer(log.prefix(), (key, value, revision) -> {
						Long counter = (value != null) ? WriteLog.counter(value) : null;
						witness.told(key, counter, revision, false);
						witness.handled(key, counter);
					})));
			contender.follow();
			chaos.start();
			int waitedFor = strike(chaos, faults, witness);
			chaos.stop(0);
			if (waitedFor < faults.size()) {
				LockSupport.parkNanos(CALM.minus(PATIENCE).toNanos());
			}
			chaos.settle(List.of(witness));
			return tell(chaos, kind, witness, faults.size());
		}
	}

	/** How often it was waited for. */
	private int strike(Chaos chaos, List<Fault> faults, Witness witness) {
		long begin = System.nanoTime();
		int waitedFor = 0;
		int missed = 0;
		for (int i = 0; i < faults.size(); i++) {
			long due = begin + this.duration.toNanos() / faults.size() * i;
			LockSupport.parkNanos(due - System.nanoTime());
			Collection<Witness> waiting = (missed < DEAD) ? List.of(witness) : List.of();
			int before = chaos.recoveries(witness).size();
			chaos.strike(List.of(faults.get(i)), Duration.ZERO, waiting);
			waitedFor += waiting.size();
			missed = (chaos.recoveries(witness).size() > before) ? 0 : missed + 1;
		}
		return waitedFor;
	}

	private static String tell(Chaos chaos, ContenderKind kind, Witness witness, int faults) {
		System.out.println(chaos.report());
		Map<Violation, Integer> violations = witness.violations();
		List<Long> times = chaos.recoveries(witness);
		String median = times.isEmpty() ? "–" : times.get(times.size() / 2) + " ms";
		String longest = times.isEmpty() ? "–" : times.get(times.size() - 1) + " ms";
		int values = violations.getOrDefault(Violation.LOST_UPDATE, 0);
		int deletions = violations.getOrDefault(Violation.LOST_DELETION, 0);
		int phantoms = violations.getOrDefault(Violation.PHANTOM, 0) + violations.getOrDefault(Violation.BACKWARDS, 0);
		return "| %s | %d of %d | %s | %s | %d | %d | %d | %d | %d |%n".formatted(kind, times.size(), faults, median,
				longest, values, deletions, violations.getOrDefault(Violation.REPEATED, 0), phantoms,
				values + deletions);
	}

}

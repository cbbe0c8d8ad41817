package org.etcdevent.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.etcdevent.benchmarks.CpuCase.Load;
import org.etcdevent.benchmarks.CpuCase.Targets;
import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * Runs the cases: all, or the one that is named.
 */
public final class Benchmarks {

	private static final List<ContenderKind> LIBRARIES = List.of(ContenderKind.ETCD_EVENT, ContenderKind.JETCD,
			ContenderKind.RANGE_CACHE);

	private final Map<String, Case> cases = new LinkedHashMap<>();

	/** Those that are run only if they are named. */
	private final Map<String, Case> byName = new LinkedHashMap<>();

	private Benchmarks() {
		this.cases.put("slow-handler", new SlowHandlerCase());
		this.cases.put("consumers-20", consumers(20, 10_000));
		this.cases.put("consumers-200", consumers(200, 1_000));
		this.cases.put("ranges", new RangesCase());
		this.cases.put("resync", new ResyncCase());
		this.cases.put("first-sync", new FirstSyncCase());
		this.cases.put("backlog", new BacklogCase());
		this.cases.put("live-batches", new CpuCase("100 puts a transaction", Bench.ALL, 1, Load.BATCHES, 15_000, Targets
			.shares(Map.of(ContenderKind.JETCD, 0.6, ContenderKind.RANGE_CACHE, 0.8, ContenderKind.FLOOR, 1.5))));
		this.cases.put("live-singles", new CpuCase("1 put a transaction", Bench.ALL, 1, Load.SINGLES, 4_000,
				Targets.shares(Map.of(ContenderKind.JETCD, 0.8, ContenderKind.RANGE_CACHE, 1.0))));
		this.cases.put("catch-up", new CatchUpCase());
		this.cases.put("latency", new LatencyCase());
		this.cases.put("idle", new IdleCase());
		this.cases.put("startup", new StartupCase());
		this.cases.put("soak", new SoakCase());
		this.byName.put("sizing", new SizingCase());
		this.byName.put("reliability", new ReliabilityCase());
	}

	private static Case consumers(int count, int events) {
		return new CpuCase(count + " consumers of one prefix", LIBRARIES, count, Load.BATCHES, events,
				Targets.shares(Map.of(ContenderKind.JETCD, 0.3)));
	}

	/**
	 * Runs benchmarks and prints the table.
	 * @param args the name of a case, or {@code all}, whose table is also written
	 * @throws Exception if something cannot be measured
	 */
	public static void main(String[] args) throws Exception {
		new Benchmarks().run(args[0]);
		// Clients that were closed may have left threads.
		System.exit(0);
	}

	private void run(String name) throws Exception {
		Report report = new Report();
		long begun = System.nanoTime();
		Case chosen = this.cases.getOrDefault(name, this.byName.get(name));
		if (chosen != null) {
			run(name, chosen, report);
		}
		else if ("all".equals(name)) {
			for (Map.Entry<String, Case> each : this.cases.entrySet()) {
				run(each.getKey(), each.getValue(), report);
				Results.write(report, Duration.ofNanos(System.nanoTime() - begun).toMinutes());
			}
		}
		else {
			throw new IllegalArgumentException("There is no case " + name + ": choose all, or one of "
					+ this.cases.keySet() + this.byName.keySet());
		}
		System.out.println();
		System.out.println(report.table());
	}

	private void run(String name, Case chosen, Report report) throws Exception {
		long begun = System.nanoTime();
		System.out.println(name);
		chosen.run(report);
		System.out.println("  in " + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s");
	}

}

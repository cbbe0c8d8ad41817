package org.etcdevent.benchmarks;

import org.etcdevent.benchmarks.contender.ContenderKind;
import org.etcdevent.benchmarks.inside.BacklogBenchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@link BacklogBenchmark}, by JMH.
 */
final class BacklogCase implements Case {

	@Override
	public void run(Report report) throws RunnerException {
		OptionsBuilder options = new OptionsBuilder();
		options.include(BacklogBenchmark.class.getName()).verbosity(VerboseMode.SILENT).jvmArgsAppend("-Xmx3g");
		double[] further = new double[2];
		double[] pending = new double[2];
		for (RunResult result : new Runner(options.build()).run()) {
			double[] costs = result.getParams().getBenchmark().endsWith("furtherKeys") ? further : pending;
			costs["1000".equals(result.getParams().getParam("pending")) ? 0 : 1] = result.getPrimaryResult()
				.getStatistics()
				.getPercentile(50);
		}
		judge(report, "filling the backlog: ns an event of a further key", further);
		judge(report, "filling the backlog: ns an event of a pending key", pending);
	}

	private static void judge(Report report, String name, double[] costs) {
		report.row(name)
			.figure(ContenderKind.ETCD_EVENT,
					Report.number(costs[1]) + " with 1,000,000 keys pending, " + Report.number(costs[0])
							+ " with 1,000")
			.atMost(costs[1] / costs[0], 3, "× that with 1,000 pending")
			.done();
	}

}

package org.etcdevent.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.etcdevent.EtcdSyncTimeoutException;
import org.etcdevent.WatchProblem;
import org.etcdevent.consumer.ValueSyncTimeoutException;
import org.etcdevent.listener.EtcdWatchStartupException;
import org.etcdevent.listener.EtcdWatchStartupException.LateWatch;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says why an application that is not to start without its initial state did not get it,
 * and what to do about each reason that there is.
 */
class EtcdSyncTimeoutFailureAnalyzer extends AbstractFailureAnalyzer<EtcdSyncTimeoutException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EtcdSyncTimeoutException cause) {
		if (cause instanceof EtcdWatchStartupException startup) {
			return new FailureAnalysis(description(startup), action(startup.getLateWatches()), cause);
		}
		WatchProblem problem = (cause instanceof ValueSyncTimeoutException read) ? read.getProblem() : null;
		return new FailureAnalysis(cause.getMessage() + ".",
				(problem != null) ? action(problem) : "If etcd needs longer, raise 'etcd.event.sync-timeout'.", cause);
	}

	private static String description(EtcdWatchStartupException startup) {
		String watches = startup.getLateWatches()
			.stream()
			.map((watch) -> System.lineSeparator() + "    - '" + watch.id() + "' on '" + watch.range() + "' is "
					+ watch.state() + ((watch.error() != null) ? ": " + watch.error() : ""))
			.collect(Collectors.joining());
		return "Watches without initial state after " + startup.getTimeout().toMillis()
				+ " ms (etcd.event.watch.startup-timeout):" + System.lineSeparator() + watches;
	}

	private static String action(List<LateWatch> watches) {
		Stream<String> actions = watches.stream().map(EtcdSyncTimeoutFailureAnalyzer::action).distinct();
		return Stream
			.concat(actions, Stream
				.of("To start without the initial state, set 'etcd.event.watch.startup' to 'wait' or 'background'."))
			.collect(Collectors.joining(System.lineSeparator()));
	}

	private static String action(LateWatch watch) {
		return (watch.problem() != null) ? action(watch.problem())
				: "Check that the methods of the watches return. If they need longer, raise "
						+ "'etcd.event.watch.startup-timeout'.";
	}

	private static String action(WatchProblem problem) {
		return switch (problem) {
			case UNREACHABLE ->
				"Check that etcd runs, and that 'etcd.event.endpoints' says where. If etcd serves TLS there, "
						+ "use https:// in that property; if it does not, use http://.";
			case TLS -> "Check that etcd serves TLS at the https endpoints, with a certificate that names their hosts. "
					+ "Have the authority that signed it trusted: by an SSL bundle that 'etcd.event.ssl.bundle' names, "
					+ "or by the JVM's trust store. If etcd asks for a client's certificate, the bundle needs that too.";
			case CREDENTIALS ->
				"Set 'etcd.event.username' and 'etcd.event.password' if etcd requires a user, or correct them.";
			case PERMISSION ->
				"Grant a role of the etcd user ('etcd.event.username') the permission to read the range, "
						+ "all of it, with 'etcd.event.namespace' before it if that is set.";
			case OTHER -> "See what etcd says, and its log.";
		};
	}

}

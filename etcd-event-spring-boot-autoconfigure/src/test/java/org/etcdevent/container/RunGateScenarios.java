package org.etcdevent.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.etcdevent.interleaving.Threads;

/**
 * What the threads of a run and who stops it do at once to their gate.
 */
public final class RunGateScenarios implements Supplier<Map<String, Runnable>> {

	@Override
	public Map<String, Runnable> get() {
		Map<String, Runnable> all = new LinkedHashMap<>();
		all.put("no call begins after a stop, nor is it interrupted by one", RunGateScenarios::aCallMeetsAStop);
		all.put("a stop wakes a run that is paused", RunGateScenarios::aStopWakesARunThatIsPaused);
		all.put("the end of a pause wakes the run", RunGateScenarios::theEndOfAPauseWakesTheRun);
		all.put("one alone ends the subscription", RunGateScenarios::oneAloneEndsTheSubscription);
		all.put("the end wakes who waits for it", RunGateScenarios::theEndWakesWhoWaitsForIt);
		return all;
	}

	private static void aCallMeetsAStop() {
		AtomicBoolean stopped = new AtomicBoolean();
		Thread[] threads = new Thread[1];
		RunGate[] gates = new RunGate[1];
		String[] outcome = { "a worker that failed" };
		WatchWorker<String> caller = worker((worker) -> {
			boolean late = stopped.get();
			String wrong = "";
			if (gates[0].begin(worker, 0)) {
				wrong = wrongWith(late);
				late = stopped.get();
				wrong += gates[0].goOn(worker, 0) ? wrongWith(late) : "";
				gates[0].finish(worker);
			}
			outcome[0] = wrong;
		});
		gates[0] = new RunGate(List.of(caller));
		threads[0] = new Thread(() -> {
			gates[0].requestStop();
			stopped.set(true);
		});
		caller.thread().start();
		threads[0].start();
		join(caller.thread());
		join(threads[0]);
		Threads.check(outcome[0].isEmpty(), outcome[0]);
	}

	/** Only a stop that has waited may interrupt the user's code. */
	private static String wrongWith(boolean late) {
		return (late ? "a call after the stop" : "") + (Thread.interrupted() ? "a call interrupted by the stop" : "");
	}

	private static void aStopWakesARunThatIsPaused() {
		RunGate gate = gate();
		gate.setPaused(true);
		List<Object> outcomes = run(gate::awaitTurn, gate::requestStop);
		Threads.check(Boolean.FALSE.equals(outcomes.get(0)), outcomes);
	}

	private static void theEndOfAPauseWakesTheRun() {
		RunGate gate = gate();
		gate.setPaused(true);
		List<Object> outcomes = run(gate::awaitTurn, () -> {
			gate.setPaused(false);
			return null;
		});
		Threads.check(Boolean.TRUE.equals(outcomes.get(0)), outcomes);
	}

	private static void oneAloneEndsTheSubscription() {
		RunGate gate = gate();
		List<Object> outcomes = run(() -> gate.leave(), () -> gate.abandon() != null);
		Threads.check(!outcomes.get(0).equals(outcomes.get(1)), outcomes);
	}

	private static void theEndWakesWhoWaitsForIt() {
		RunGate gate = gate();
		List<Object> outcomes = run(() -> {
			boolean last = gate.leave();
			gate.ended();
			return last;
		}, () -> gate.awaitEnd(System.nanoTime() + Long.MAX_VALUE / 2));
		Threads.check(outcomes.equals(List.of(true, true)), outcomes);
	}

	private static RunGate gate() {
		return new RunGate(List.of(worker((worker) -> {
		})));
	}

	private static WatchWorker<String> worker(Consumer<WatchWorker<String>> work) {
		return new WatchWorker<>("worker", Thread::new, work);
	}

	private static List<Object> run(Callable<?>... calls) {
		return Threads.run(List.of(calls));
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

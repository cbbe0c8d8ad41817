package org.etcdevent.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Waits for runs that are requested to stop, all of them in parallel with one deadline: a
 * running call gets the timeout, then an interrupt, then it is left behind with a WARN. A
 * run whose own method asks is not waited for, and ends when the method returns.
 */
final class RunStop {

	/** How long a call may take to end once it is interrupted. */
	private static final Duration GRACE = Duration.ofSeconds(1);

	private RunStop() {
	}

	/**
	 * Waits.
	 * @param runs the runs
	 * @param timeout how long running calls get
	 */
	static void await(Collection<? extends WatchRun<?>> runs, Duration timeout) {
		List<WatchRun<?>> left = new ArrayList<>(runs);
		left.removeIf(WatchRun::isOwnThread);
		boolean interrupted = !awaitEnd(left, timeout);
		left.forEach(WatchRun::interruptCalls);
		interrupted |= !awaitEnd(left, GRACE);
		left.forEach(WatchRun::abandon);
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Waits for runs to end and takes those that did from the list.
	 * @return {@code false} if the wait was cut short by an interrupt, which is cleared
	 */
	private static boolean awaitEnd(List<WatchRun<?>> runs, Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			for (WatchRun<?> run : List.copyOf(runs)) {
				if (run.awaitEnd(deadline)) {
					runs.remove(run);
				}
			}
			return true;
		}
		catch (InterruptedException ex) {
			return false;
		}
	}

}

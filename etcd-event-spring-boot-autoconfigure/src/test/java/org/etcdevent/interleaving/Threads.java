package org.etcdevent.interleaving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The threads of a scenario, and what each of them came to.
 */
public final class Threads {

	private Threads() {
	}

	/**
	 * Runs calls at once, and waits for all of them.
	 * @param calls what to call, each on a thread of its own
	 * @return what each answered or threw
	 */
	public static List<Object> run(List<Callable<?>> calls) {
		Object[] outcomes = new Object[calls.size()];
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < calls.size(); i++) {
			int number = i;
			threads.add(new Thread(() -> outcomes[number] = outcome(calls.get(number))));
		}
		// No method references: Lincheck has to see each of these calls.
		for (Thread thread : threads) {
			thread.start();
		}
		for (Thread thread : threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		List<Object> all = new ArrayList<>();
		for (Object outcome : outcomes) {
			all.add(outcome);
		}
		return all;
	}

	private static Object outcome(Callable<?> call) {
		try {
			return call.call();
		}
		catch (Exception ex) {
			return ex;
		}
	}

	/**
	 * Says what is wrong.
	 * @param right whether all is right
	 * @param otherwise what came out
	 */
	public static void check(boolean right, Object otherwise) {
		if (!right) {
			throw new AssertionError("came to " + otherwise);
		}
	}

}

package org.etcdevent.simulation;

import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.listener.RetrySettings;

/**
 * The conditions under which some mutants are wrong. Public for those, which are in other
 * packages.
 */
public final class Defects {

	private Defects() {
	}

	public static boolean isEmpty(Entry entry) {
		return entry.value() != null && entry.value().length == 0;
	}

	public static boolean isEndWithoutError(Failure reason) {
		return reason.kind() == Failure.Kind.OTHER;
	}

	public static boolean isLast(RetrySettings settings, int attempt) {
		return attempt == settings.maxAttempts();
	}

}

package org.etcdevent.backlog;

/**
 * What mutants do to a pending key.
 */
final class BacklogDefects {

	private BacklogDefects() {
	}

	/** A newer value does not replace the one that was tried first. */
	static void tryFirst(Pending pending) {
		if (pending.tried == null) {
			pending.tried = pending.newest;
		}
	}

	static void show(Pending pending) {
		pending.shown = pending.newest;
	}

}

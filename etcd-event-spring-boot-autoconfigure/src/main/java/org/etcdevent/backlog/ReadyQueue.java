package org.etcdevent.backlog;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Keys that are ready, first come, first served. Linked through the keys themselves, so
 * that one that has nothing to deliver any more leaves from the middle without a search.
 */
final class ReadyQueue {

	private @Nullable Pending first;

	private @Nullable Pending last;

	void add(Pending pending) {
		pending.previous = this.last;
		if (this.last != null) {
			this.last.next = pending;
		}
		else {
			this.first = pending;
		}
		this.last = pending;
	}

	void remove(Pending pending) {
		if (pending.previous != null) {
			pending.previous.next = pending.next;
		}
		else {
			this.first = pending.next;
		}
		if (pending.next != null) {
			pending.next.previous = pending.previous;
		}
		else {
			this.last = pending.previous;
		}
		pending.previous = null;
		pending.next = null;
	}

	@Nullable Pending poll() {
		Pending polled = this.first;
		if (polled != null) {
			remove(polled);
		}
		return polled;
	}

	/** Calls for each, which may leave meanwhile. */
	void forEach(Consumer<Pending> action) {
		Pending next;
		for (Pending each = this.first; each != null; each = next) {
			next = each.next;
			action.accept(each);
		}
	}

}

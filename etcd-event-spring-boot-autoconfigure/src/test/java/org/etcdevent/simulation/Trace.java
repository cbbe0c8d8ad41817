package org.etcdevent.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * The last things that happened in a run, kept only where somebody wants to read them.
 */
final class Trace {

	private static final int LINES = 60;

	private final VirtualLoop loop;

	private final boolean wanted;

	private final Deque<String> lines = new ArrayDeque<>();

	Trace(VirtualLoop loop, boolean wanted) {
		this.loop = loop;
		this.wanted = wanted;
	}

	void add(Supplier<String> line) {
		if (!this.wanted) {
			return;
		}
		if (this.lines.size() == LINES) {
			this.lines.removeFirst();
		}
		double seconds = Duration.ofNanos(this.loop.nanoTime()).toMillis() / 1000.0;
		this.lines.addLast(seconds + " s: " + line.get());
	}

	List<String> lines() {
		return List.copyOf(this.lines);
	}

}

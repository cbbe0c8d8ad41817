package org.etcdevent.samples.flags.demo;

import org.jspecify.annotations.Nullable;

/**
 * The faults of the demo and their effects.
 *
 * @param settings the settings of the handlers and of the writer
 * @param network the state of the network
 * @param etcdRunning whether etcd runs
 * @param written the number of changes that were written
 * @param ours the progress of the annotated method
 * @param raw the progress of the raw jetcd watch
 * @param rawWatch the state of the raw jetcd watch
 * @param recovery the time from the end of the last fault until the annotated method's
 * watch was live again, in milliseconds; {@code null} until it is
 */
public record DemoState(DemoSettings settings, Network network, boolean etcdRunning, long written, ConsumerState ours,
		ConsumerState raw, RawWatchState rawWatch, @Nullable Long recovery) {

	/**
	 * A state of the network.
	 */
	public enum Network {

		/** It works. */
		OPEN,

		/** Connections stay open, all bytes are dropped. */
		SILENT,

		/** Connections are refused. */
		REFUSED

	}

	/**
	 * The progress of one consumer of the writer's keys.
	 *
	 * @param calls the number of calls of its handler
	 * @param failures the number of failed calls
	 * @param lateMillis the age of the last change when it was handled, in milliseconds;
	 * 0 when nothing is pending
	 * @param quietMillis the time since the last call, in milliseconds
	 * @param wrong the number of keys whose state differs from that in etcd
	 */
	public record ConsumerState(long calls, long failures, long lateMillis, long quietMillis, int wrong) {
	}

	/**
	 * The state of a raw watch: what jetcd reported, and what was measured.
	 *
	 * @param report the last report of jetcd
	 * @param closed whether jetcd reported the end of the watch and nothing since
	 * @param pending the number of written changes that were not delivered yet
	 * @param lost the number of changes since the last fault began that were not
	 * delivered although later ones were
	 * @param repeated the number of changes since then that were delivered again
	 * @param recovery the time from the end of the last fault until the watch was open
	 * again, in milliseconds; {@code null} until it is
	 */
	public record RawWatchState(String report, boolean closed, long pending, long lost, long repeated,
			@Nullable Long recovery) {
	}

}

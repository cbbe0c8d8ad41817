package org.etcdevent.samples.flags.demo;

import org.jspecify.annotations.Nullable;

/**
 * What is broken at the moment, and what comes of it.
 *
 * @param settings how the handlers behave and how much is written
 * @param network what the connection to etcd does to bytes
 * @param etcdRunning whether etcd runs
 * @param written how many changes were written
 * @param ours how the annotated method does
 * @param raw how the raw jetcd watch does
 * @param rawWatch what the raw jetcd watch says of itself
 * @param recovery how long it took until the watches were live again after the last fault
 * ended, in milliseconds; {@code null} while they are not
 */
public record DemoState(DemoSettings settings, Network network, boolean etcdRunning, long written, FollowerState ours,
		FollowerState raw, RawWatchState rawWatch, @Nullable Long recovery) {

	/**
	 * What the connection does.
	 */
	public enum Network {

		/** It works. */
		OPEN,

		/** Bytes vanish, connections stay. */
		SILENT,

		/** Connections are refused. */
		REFUSED

	}

	/**
	 * How one of those who follow the writer's keys does.
	 *
	 * @param calls how often its handler was called
	 * @param failures how many of the calls failed
	 * @param lateMillis how old the change was that it handled last, in milliseconds; 0
	 * where nothing is left to do
	 * @param quietMillis how long it has not been called, in milliseconds
	 * @param wrong for how many keys it has something else than etcd
	 */
	public record FollowerState(long calls, long failures, long lateMillis, long quietMillis, int wrong) {
	}

	/**
	 * What a raw watch says of itself, which need not be true.
	 *
	 * @param says in words
	 * @param over whether it has ended
	 */
	public record RawWatchState(String says, boolean over) {
	}

}

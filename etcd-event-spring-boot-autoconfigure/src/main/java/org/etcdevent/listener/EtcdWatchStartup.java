package org.etcdevent.listener;

/**
 * What the application's start does about watches that have not yet delivered their
 * initial state.
 */
public enum EtcdWatchStartup {

	/** Waits for them until the start-up timeout, warns, and goes on. */
	WAIT,

	/** Goes on at once; they catch up by themselves. */
	BACKGROUND,

	/** Waits for them until the start-up timeout, and fails. */
	FAIL

}

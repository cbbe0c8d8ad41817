package org.etcdevent.listener;

import java.util.List;
import java.util.Set;

/**
 * The watches of the application: what they are doing, and how to start, stop, pause and
 * add them at run time. A bean to be injected. Thread-safe; each call may be made from
 * any thread, the method of the watch itself included, and does nothing if things are so
 * already.
 * <p>
 * A call with an id that is not registered throws an {@link IllegalArgumentException}
 * that names the ids that are.
 */
public interface EtcdWatchRegistry {

	/**
	 * The ids of all watches.
	 * @return a copy, in the order of their registration
	 */
	Set<String> ids();

	/**
	 * What a watch is doing.
	 * @param id the id of the watch
	 * @return its status at this moment
	 */
	EtcdWatchContainerStatus status(String id);

	/**
	 * What all watches are doing.
	 * @return their status at this moment, in the order of their registration
	 */
	List<EtcdWatchContainerStatus> statuses();

	/**
	 * Starts a watch, from what it has handled before. Does not wait for its initial
	 * state. While the application is not started, or its context is paused, the watch
	 * starts with it.
	 * @param id the id of the watch
	 */
	void start(String id);

	/**
	 * Stops a watch: no call begins any more, and a running one gets the shutdown
	 * timeout, then an interrupt. Waits for that, unless it is called from the watch's
	 * own method: then the watch stops when the method returns. What was handled is kept
	 * for the next start, which delivers what changed meanwhile, deletions too.
	 * @param id the id of the watch
	 */
	void stop(String id);

	/**
	 * Pauses a watch: it goes on collecting changes, but begins no new call. A running
	 * call goes on. Outlives a stop and a start.
	 * @param id the id of the watch
	 */
	void pause(String id);

	/**
	 * Ends the pause of a watch.
	 * @param id the id of the watch
	 */
	void resume(String id);

	/**
	 * Adds a watch, and starts it if the application is started and the registration does
	 * not say otherwise. Does not wait for its initial state.
	 * @param registration the watch
	 * @throws EtcdWatchDefinitionException if the id is taken or the registration cannot
	 * work
	 * @throws IllegalStateException if it cannot be started, for there are no threads; it
	 * is not registered then
	 */
	void register(EtcdWatchRegistration<?> registration);

	/**
	 * Stops a watch as {@link #stop(String)} does, and forgets it and what it handled.
	 * @param id the id of the watch
	 * @return {@code false} if there is none with that id
	 */
	boolean remove(String id);

}

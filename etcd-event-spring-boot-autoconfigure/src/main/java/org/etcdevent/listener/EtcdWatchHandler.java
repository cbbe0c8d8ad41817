package org.etcdevent.listener;

/**
 * What a watch that is registered in code calls: the counterpart of an annotated method.
 *
 * @param <D> what is delivered: an update, a list of updates, or a snapshot
 */
@FunctionalInterface
public interface EtcdWatchHandler<D> {

	/**
	 * Handles what changed. Never called for one key on two threads at once.
	 * @param delivery what changed
	 * @throws Exception if it could not be handled: it is retried after a back-off
	 */
	void handle(D delivery) throws Exception;

}

package org.etcdevent.listener;

/**
 * Decides what happens after the method of a watch threw. A bean of this type holds for
 * all watches that name no other. Called on the watch's thread; implementations are
 * thread-safe. One that itself throws counts as {@link Decision#RETRY}.
 */
@FunctionalInterface
public interface EtcdWatchErrorHandler {

	/**
	 * Decides.
	 * @param failure what failed
	 * @return what to do about it
	 */
	Decision decide(EtcdWatchFailure failure);

	/**
	 * What to do after a failure.
	 */
	enum Decision {

		/**
		 * Call again after the back-off, with the newest value; give up only after the
		 * configured number of attempts.
		 */
		RETRY,

		/** Count it as handled: the method is called again when the key changes again. */
		SKIP,

		/**
		 * Stop the watch. The update is not handled, and is redelivered if someone starts
		 * the watch.
		 */
		STOP

	}

}

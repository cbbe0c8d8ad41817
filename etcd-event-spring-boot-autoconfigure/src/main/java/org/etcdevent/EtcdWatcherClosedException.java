package org.etcdevent;

import org.jspecify.annotations.Nullable;

/**
 * The watcher or value is closed, or was closed during the call.
 */
public final class EtcdWatcherClosedException extends EtcdException {

	private static final long serialVersionUID = 1L;

	/**
	 * An exception with a message.
	 * @param message what is wrong and what to do
	 * @param cause the cause, if there is one
	 */
	public EtcdWatcherClosedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

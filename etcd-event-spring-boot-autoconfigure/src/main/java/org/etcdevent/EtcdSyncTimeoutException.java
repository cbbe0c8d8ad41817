package org.etcdevent;

import org.jspecify.annotations.Nullable;

/**
 * No state was received from etcd within the time that a read may wait.
 */
public class EtcdSyncTimeoutException extends EtcdException {

	private static final long serialVersionUID = 1L;

	/**
	 * An exception with a message.
	 * @param message what is wrong and what to do
	 * @param cause the cause, if there is one
	 */
	public EtcdSyncTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

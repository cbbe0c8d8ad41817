package org.etcdevent;

import org.jspecify.annotations.Nullable;

/**
 * A value in etcd could not be decoded, and there is no earlier one that could.
 */
public final class EtcdDecodingException extends EtcdException {

	private static final long serialVersionUID = 1L;

	/**
	 * An exception with a message.
	 * @param message what is wrong and what to do
	 * @param cause the cause, if there is one
	 */
	public EtcdDecodingException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

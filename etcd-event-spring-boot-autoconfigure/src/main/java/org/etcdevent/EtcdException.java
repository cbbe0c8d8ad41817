package org.etcdevent;

import org.jspecify.annotations.Nullable;

/**
 * The root of what this library throws at its users. Messages name the key or range,
 * never a value.
 */
public abstract class EtcdException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * An exception with a message.
	 * @param message what is wrong and what to do
	 * @param cause the cause, if there is one
	 */
	protected EtcdException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

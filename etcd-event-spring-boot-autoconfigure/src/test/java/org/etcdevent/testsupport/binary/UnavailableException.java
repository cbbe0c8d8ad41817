package org.etcdevent.testsupport.binary;

/**
 * A source does not have the programs. The message says why, to be read in a list.
 */
final class UnavailableException extends Exception {

	UnavailableException(String reason) {
		super(reason);
	}

}

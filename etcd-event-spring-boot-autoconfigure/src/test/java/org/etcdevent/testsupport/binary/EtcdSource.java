package org.etcdevent.testsupport.binary;

import java.io.IOException;

/**
 * One place that may have the programs of etcd.
 */
interface EtcdSource {

	/**
	 * Gets the programs.
	 * @return the programs, ready to be run
	 * @throws IOException if the workspace cannot be written
	 * @throws UnavailableException if this source does not have them
	 */
	EtcdPrograms get() throws IOException, UnavailableException;

	/**
	 * What a user can do to make the programs available here.
	 * @return half a sentence in the imperative
	 */
	String advice();

}

package org.etcdevent.consumer;

import org.etcdevent.WatchStatus;

/**
 * A consumer of a range that lets others see its status.
 */
public interface StatusSource {

	/**
	 * What there is to know at this moment.
	 * @return the status
	 */
	WatchStatus status();

}

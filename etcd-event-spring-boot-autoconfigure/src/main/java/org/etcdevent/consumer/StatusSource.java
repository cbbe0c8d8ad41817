package org.etcdevent.consumer;

import org.etcdevent.WatchStatus;

/**
 * Something that follows a range and lets others see where it stands.
 */
public interface StatusSource {

	/**
	 * What there is to know at this moment.
	 * @return the status
	 */
	WatchStatus status();

}

package org.etcdevent.listener;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.KeyRange;
import org.etcdevent.core.QuietPeriod;

/**
 * Everything that makes one watch, resolved and checked.
 *
 * @param <T> the type of the decoded values
 * @param location where the watch is declared, for messages
 * @param concurrency the number of threads, at least 1
 * @param quietPeriod how long to wait for a burst of changes to end
 */
record WatchDefinition<T>(String id, String location, KeyRange range, EtcdDecoder<T> decoder, WatchTarget<T> target,
		int concurrency, boolean autoStartup, EtcdWatchErrorHandler errorHandler, QuietPeriod quietPeriod) {

	WatchDefinition {
		if (id.isBlank()) {
			throw new EtcdWatchDefinitionException(location, "id", "it is blank", "Give the watch an id", null);
		}
		if (concurrency < 1) {
			throw new EtcdWatchDefinitionException(location, "concurrency", "it is " + concurrency,
					"Use a whole number from 1 on", null);
		}
		if (concurrency > 1 && target.mode() != TakeMode.ONE) {
			throw new EtcdWatchDefinitionException(location, "concurrency",
					"it is " + concurrency + ", but a method that takes everything at once has one thread",
					"Remove the attribute, or take one change at a time: EtcdUpdate<T>", null);
		}
		if (!quietPeriod.isNone() && target.mode() == TakeMode.ONE) {
			throw new EtcdWatchDefinitionException(location, "quietPeriod",
					"there is one, but a method that takes one change at a time does not wait for others",
					"Remove the attribute, or take everything at once: List<EtcdUpdate<T>> or EtcdSnapshot<T>", null);
		}
	}

}

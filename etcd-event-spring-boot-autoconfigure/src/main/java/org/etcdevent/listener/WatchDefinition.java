package org.etcdevent.listener;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.KeyRange;

/**
 * Everything that makes one watch, resolved and checked.
 *
 * @param <T> the type of the decoded values
 * @param location where the watch is declared, for messages
 * @param concurrency the number of threads, at least 1
 */
record WatchDefinition<T>(String id, String location, KeyRange range, EtcdDecoder<T> decoder, WatchTarget<T> target,
		int concurrency, boolean autoStartup, EtcdWatchErrorHandler errorHandler) {

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
	}

}

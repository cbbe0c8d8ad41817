package org.etcdevent.container;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecoderNotFoundException;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.KeyRange;
import org.etcdevent.QuietPeriod;
import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchRegistration;

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

	/**
	 * Makes the definition of a registration.
	 * @throws EtcdWatchDefinitionException if it cannot work
	 */
	static <T> WatchDefinition<T> of(EtcdWatchRegistration<T> registration, EtcdDecoderResolver decoders,
			EtcdWatchErrorHandler defaultErrorHandler) {
		EtcdWatchErrorHandler errorHandler = registration.errorHandler();
		return new WatchDefinition<>(registration.id(), registration.location(), registration.range(),
				decoder(registration, decoders), HandlerTarget.of(registration), registration.concurrency(),
				registration.autoStartup(), (errorHandler != null) ? errorHandler : defaultErrorHandler,
				registration.quietPeriod());
	}

	@SuppressWarnings("unchecked")
	private static <T> EtcdDecoder<T> decoder(EtcdWatchRegistration<T> registration, EtcdDecoderResolver decoders) {
		EtcdDecoder<T> decoder = registration.decoder();
		Class<T> type = registration.type();
		if (decoder != null || type == null) {
			return Objects.requireNonNull(decoder);
		}
		try {
			return (EtcdDecoder<T>) decoders.resolve(type);
		}
		catch (IllegalArgumentException ex) {
			throw (ex instanceof EtcdDecoderNotFoundException missing)
					? new EtcdWatchDefinitionException(registration.location(), null, missing.getProblem(),
							missing.getRemedy(), ex)
					: new EtcdWatchDefinitionException(registration.location(), null,
							"no decoder for values of type '" + type.getTypeName() + "': "
									+ String.valueOf(ex.getMessage()).replaceFirst("\\.$", ""),
							"Register it with a decoder", ex);
		}
	}

	WatchDefinition {
		if (id.isBlank()) {
			throw new EtcdWatchDefinitionException(location, "id", "it is blank", "Give the watch an id", null);
		}
		String printable = KeyRange.printable(id.getBytes(StandardCharsets.UTF_8));
		if (!printable.equals(id)) {
			// It is in log lines, meters, the names of threads and the paths of the
			// endpoint.
			throw new EtcdWatchDefinitionException(location, "id",
					"'" + printable + "' has characters that are not printable", "Use printable characters", null);
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

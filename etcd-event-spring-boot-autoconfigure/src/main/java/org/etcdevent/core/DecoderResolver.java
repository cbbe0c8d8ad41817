package org.etcdevent.core;

import java.lang.reflect.Type;

import org.etcdevent.EtcdDecoder;

/**
 * Finds the decoder for a type.
 */
@FunctionalInterface
public interface DecoderResolver {

	/**
	 * The decoder of the values of a type.
	 * @param type the type, with its parameters
	 * @return the decoder
	 * @throws IllegalArgumentException if nothing decodes that type; the message says
	 * what does
	 */
	EtcdDecoder<?> resolve(Type type);

}

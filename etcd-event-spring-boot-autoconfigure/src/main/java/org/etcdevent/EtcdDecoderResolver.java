package org.etcdevent;

import java.lang.reflect.Type;

/**
 * Finds the decoder for a type.
 */
@FunctionalInterface
public interface EtcdDecoderResolver {

	/**
	 * The decoder of the values of a type.
	 * @param type the type, with its parameters
	 * @return the decoder
	 * @throws IllegalArgumentException if nothing decodes that type; the message says
	 * what does
	 */
	EtcdDecoder<?> resolve(Type type);

}

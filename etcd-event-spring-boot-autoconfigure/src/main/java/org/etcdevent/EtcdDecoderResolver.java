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
	 * @throws EtcdDecoderNotFoundException if there is no decoder for that type
	 * @throws IllegalArgumentException if it is not clear which decoder to use
	 */
	EtcdDecoder<?> resolve(Type type);

}

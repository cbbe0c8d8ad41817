package org.etcdevent;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes a value of what etcd keeps at a key. Called on the thread of the consumer, never
 * on that of the connection, so it may take its time; called from several threads at
 * once.
 * <p>
 * What it cannot decode it answers with any exception. The update is then reported once,
 * with its key and revision and without its value, readers keep the last good value, and
 * the watch goes on.
 *
 * @param <T> the type of the decoded value
 */
@FunctionalInterface
public interface EtcdDecoder<T> {

	/**
	 * Decodes a value.
	 * @param key the key's bytes; not to be changed
	 * @param value the value's bytes, empty for an empty value; not to be changed
	 * @return the decoded value, never {@code null}
	 * @throws Exception if the bytes are not a value of this type
	 */
	T decode(byte[] key, byte[] value) throws Exception;

	/**
	 * The bytes as they are.
	 * @return a decoder that hands out a copy of each value
	 */
	static EtcdDecoder<byte[]> bytes() {
		return (key, value) -> value.clone();
	}

	/**
	 * Text in UTF-8; bytes that are no valid UTF-8 cannot be decoded.
	 * @return a decoder of text
	 */
	static EtcdDecoder<String> text() {
		return (key, value) -> StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
	}

}

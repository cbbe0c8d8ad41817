package org.etcdevent;

import java.util.Map;

/**
 * Makes values in code; those of {@code etcd.event.values} are made of the same.
 * Available as a bean. Thread-safe.
 */
public interface EtcdValues {

	/**
	 * The value of a range. Its watch starts at once.
	 * @param range the range to watch
	 * @param decoder what makes a {@code T} of the bytes
	 * @param <T> the type of the decoded values
	 * @return the value, to be closed by the caller
	 */
	<T> EtcdValue<T> value(KeyRange range, EtcdDecoder<T> decoder);

	/**
	 * The value of a range, decoded by what the application has for the type.
	 * @param range the range to watch
	 * @param type the type of the decoded values
	 * @param <T> the type of the decoded values
	 * @return the value, to be closed by the caller
	 * @throws IllegalArgumentException if nothing decodes that type
	 */
	<T> EtcdValue<T> value(KeyRange range, Class<T> type);

	/**
	 * A value that never changes and needs no etcd: for unit tests of what reads values.
	 * @param range the range of the value
	 * @param entries key and value of everything in the range
	 * @param <T> the type of the values
	 * @return the value, at revision 1
	 * @throws IllegalArgumentException if a key is not in the range
	 */
	static <T> EtcdValue<T> fixed(KeyRange range, Map<String, T> entries) {
		return new FixedEtcdValue<>(range, entries);
	}

}

package org.etcdevent.feed;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import org.etcdevent.etcd.Key;
import org.jspecify.annotations.Nullable;

/**
 * What is in the order of its keys already, as a map for a {@link TreeMap} to be made of:
 * it takes that in without comparing. Good for nothing else.
 *
 * @param <V> what has a key
 */
final class SortedValues<V> extends AbstractMap<Key, V> implements SortedMap<Key, V> {

	private final List<V> values;

	private final Function<V, Key> key;

	SortedValues(List<V> values, Function<V, Key> key) {
		this.values = values;
		this.key = key;
	}

	@Override
	public Set<Map.Entry<Key, V>> entrySet() {
		return new AbstractSet<>() {

			@Override
			public Iterator<Map.Entry<Key, V>> iterator() {
				Iterator<V> all = SortedValues.this.values.iterator();
				return new Iterator<>() {

					@Override
					public boolean hasNext() {
						return all.hasNext();
					}

					@Override
					public Map.Entry<Key, V> next() {
						V next = all.next();
						return Map.entry(SortedValues.this.key.apply(next), next);
					}

				};
			}

			@Override
			public int size() {
				return SortedValues.this.values.size();
			}

		};
	}

	@Override
	public @Nullable Comparator<? super Key> comparator() {
		return null;
	}

	@Override
	public SortedMap<Key, V> subMap(Key from, Key to) {
		throw new UnsupportedOperationException();
	}

	@Override
	public SortedMap<Key, V> headMap(Key to) {
		throw new UnsupportedOperationException();
	}

	@Override
	public SortedMap<Key, V> tailMap(Key from) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Key firstKey() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Key lastKey() {
		throw new UnsupportedOperationException();
	}

}

package org.etcdevent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All keys of a range as of one revision. Immutable, as far as the values are, and
 * thread-safe.
 *
 * @param <T> the type of the decoded values
 */
public final class EtcdSnapshot<T> {

	private final long revision;

	private final Map<String, T> entries;

	private final Set<String> undecodable;

	private EtcdSnapshot(long revision, Map<String, T> entries, Set<String> undecodable) {
		this.revision = revision;
		this.entries = entries;
		this.undecodable = undecodable;
	}

	/**
	 * A snapshot of given entries.
	 * @param revision the revision as of which they are
	 * @param entries key and value, in the order in which they are to be shown
	 * @param <T> the type of the values
	 * @return the snapshot
	 */
	public static <T> EtcdSnapshot<T> of(long revision, Map<String, T> entries) {
		return of(revision, entries, Set.of());
	}

	/**
	 * A snapshot of given entries, with the keys whose newest value could not be decoded.
	 * @param revision the revision as of which they are
	 * @param entries key and value, in the order in which they are to be shown
	 * @param undecodable the keys whose newest value could not be decoded
	 * @param <T> the type of the values
	 * @return the snapshot
	 */
	public static <T> EtcdSnapshot<T> of(long revision, Map<String, T> entries, Set<String> undecodable) {
		return new EtcdSnapshot<>(revision, Collections.unmodifiableMap(new LinkedHashMap<>(entries)),
				Collections.unmodifiableSet(new LinkedHashSet<>(undecodable)));
	}

	/**
	 * The revision as of which the entries are.
	 * @return the etcd revision
	 */
	public long revision() {
		return this.revision;
	}

	/**
	 * Key and value of everything in the range, in etcd's order of keys. A key that is
	 * not valid UTF-8 stands here as {@link KeyRange#printable(byte[])} shows it,
	 * followed by backslashes if that is the text of another key in the range.
	 * @return an immutable map
	 */
	public Map<String, T> entries() {
		return this.entries;
	}

	/**
	 * The value of one key.
	 * @param key the key
	 * @return the value, or empty if the range has no such key
	 */
	public Optional<T> get(String key) {
		return Optional.ofNullable(this.entries.get(key));
	}

	/**
	 * The keys whose newest value could not be decoded. Where an earlier value could,
	 * that one is among the {@link #entries()}.
	 * @return an immutable set
	 */
	public Set<String> undecodable() {
		return this.undecodable;
	}

	/**
	 * The snapshot without its values, which may be secret.
	 */
	@Override
	public String toString() {
		return "snapshot of " + this.entries.size() + " keys at revision " + this.revision;
	}

}

package org.etcdevent.feed;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What of the feeds can be set.
 *
 * @param livenessTimeout without a confirmation by a quorum for this long, a view is
 * stale; without a sign of life for this long, the connection is replaced
 * @param pageKeys how many keys the first page of a read has
 * @param pageBytes the size that further pages aim at, in bytes
 * @param auditInterval the time between the counts of a range's keys in etcd, about;
 * {@code null} to count none
 */
public record FeedSettings(Duration livenessTimeout, int pageKeys, long pageBytes, @Nullable Duration auditInterval) {

	/** Measured: smaller pages cost the server the square of their number. */
	private static final int DEFAULT_PAGE_KEYS = 10_000;

	private static final long DEFAULT_PAGE_BYTES = 8 << 20;

	/**
	 * Settings without audits.
	 * @param livenessTimeout see above
	 * @param pageKeys see above
	 * @param pageBytes see above
	 */
	public FeedSettings(Duration livenessTimeout, int pageKeys, long pageBytes) {
		this(livenessTimeout, pageKeys, pageBytes, null);
	}

	public static FeedSettings defaults() {
		return new FeedSettings(Duration.ofSeconds(10), DEFAULT_PAGE_KEYS, DEFAULT_PAGE_BYTES);
	}

}

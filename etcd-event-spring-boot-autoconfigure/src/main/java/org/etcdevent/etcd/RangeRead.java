package org.etcdevent.etcd;

/**
 * What to read.
 *
 * @param start the first key
 * @param end etcd's {@code range_end}: empty for the one key, {@code \0} for no end
 * @param revision the revision as of which to read, 0 for the newest
 * @param limit how many keys at the most, 0 for all
 * @param detail how much of each key
 * @param timeoutNanos how long it may take, in nanoseconds
 */
public record RangeRead(byte[] start, byte[] end, long revision, long limit, Detail detail, long timeoutNanos) {

	/**
	 * How much of each key to read.
	 */
	public enum Detail {

		/** Keys, values and revisions. */
		ALL,

		/** Keys and revisions; values are empty. */
		KEYS,

		/** How many keys there are, and no more. */
		COUNT,

		/**
		 * How many keys there are, and the one that was written last, without its value.
		 * To find it, etcd goes through the whole range.
		 */
		NEWEST

	}

}

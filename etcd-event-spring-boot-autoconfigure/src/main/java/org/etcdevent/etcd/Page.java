package org.etcdevent.etcd;

import java.util.List;

/**
 * What was read.
 *
 * @param stamp the member's header
 * @param entries the keys, in etcd's order
 * @param more whether the range has further keys
 * @param count how many keys the range has in all
 * @param bytes the size of the answer
 */
public record Page(Stamp stamp, List<Entry> entries, boolean more, long count, long bytes) {
}

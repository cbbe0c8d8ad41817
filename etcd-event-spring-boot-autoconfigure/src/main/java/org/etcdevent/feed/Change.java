package org.etcdevent.feed;

import org.jspecify.annotations.Nullable;

/**
 * A step of one key in the truth of a range.
 *
 * @param before what the feed had at the key, {@code null} for nothing
 * @param after what it has now, a tombstone for nothing
 */
public record Change(@Nullable Entry before, Entry after) {
}

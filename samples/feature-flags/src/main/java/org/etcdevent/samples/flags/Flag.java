package org.etcdevent.samples.flags;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A feature flag, as its JSON is kept in etcd.
 *
 * @param enabled whether the feature is on
 * @param description what it is for, {@code null} if nobody said
 * @param changedBy who wrote it, {@code null} if nobody said
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Flag(boolean enabled, @Nullable String description, @Nullable String changedBy) {
}

package org.etcdevent.samples.flags;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A feature flag, stored in etcd as JSON.
 *
 * @param enabled whether the feature is on
 * @param description what it is for, {@code null} if unknown
 * @param changedBy who wrote it, {@code null} if unknown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Flag(boolean enabled, @Nullable String description, @Nullable String changedBy) {
}

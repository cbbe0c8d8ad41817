package org.etcdevent.samples.flags;

/**
 * A feature flag, as its JSON is kept in etcd.
 *
 * @param enabled whether the feature is on
 */
record Flag(boolean enabled) {
}

package org.etcdevent.samples.configuration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * What can be configured, as its JSON is kept in etcd.
 *
 * @param workers how many threads work
 * @param jobMillis how long a job takes, in milliseconds
 */
record PoolSettings(@Min(1) @Max(64) int workers, @Min(1) @Max(10_000) int jobMillis) {

	/** What holds while nothing is configured. */
	static final PoolSettings DEFAULT = new PoolSettings(2, 100);

}

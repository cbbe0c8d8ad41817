package org.etcdevent.samples.flags.demo;

import java.util.Map;

/**
 * The keys below the writer's prefix in etcd.
 *
 * @param revision the revision at which they were read
 * @param keys the revision of each key
 */
record DemoTruth(long revision, Map<String, Long> keys) {

	/**
	 * The number of keys for which a consumer has handled another state than that in
	 * etcd.
	 * @param handled the last revision that was handled, negative for a deletion, by key
	 * @return the number of keys
	 */
	int differences(Map<String, Long> handled) {
		int differences = 0;
		for (Map.Entry<String, Long> key : this.keys.entrySet()) {
			if (Math.abs(handled.getOrDefault(key.getKey(), 0L)) < key.getValue()) {
				differences++;
			}
		}
		for (Map.Entry<String, Long> key : handled.entrySet()) {
			boolean thought = key.getValue() > 0 && key.getValue() <= this.revision;
			if (thought && !this.keys.containsKey(key.getKey())) {
				differences++;
			}
		}
		return differences;
	}

}

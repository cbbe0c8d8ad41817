package org.etcdevent.samples.flags.demo;

import java.util.Map;

/**
 * What is in etcd below the writer's prefix.
 *
 * @param revision the revision as of which it is there
 * @param keys the revision of each key
 */
record DemoTruth(long revision, Map<String, Long> keys) {

	/**
	 * For how many keys somebody has handled something else than what is there.
	 * @param handled the revision that was handled last, negative for a deletion, by key
	 * @return how many keys
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

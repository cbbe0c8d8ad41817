package org.etcdevent.samples.flags;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;

import org.springframework.stereotype.Component;

/**
 * The flags as they were told, with the revision of each: a stand-in for whatever an
 * application does when a flag flips.
 */
@Component
public class FlagBoard {

	private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

	private final EventLog events;

	FlagBoard(EventLog events) {
		this.events = events;
	}

	@EtcdWatch("flags/")
	void onFlag(EtcdUpdate<Flag> update) {
		String name = update.key().substring(FlagStore.PREFIX.length());
		Flag flag = update.value();
		if (flag == null) {
			this.entries.remove(name);
			this.events.add("%s is gone, as of revision %d".formatted(update.key(), update.revision()));
		}
		else {
			this.entries.put(name, new Entry(name, flag, update.revision()));
			this.events.add("%s is %s, as of revision %d".formatted(update.key(), flag.enabled() ? "on" : "off",
					update.revision()));
		}
	}

	/**
	 * The flags that were told so far.
	 * @return a copy, by name
	 */
	public List<Entry> entries() {
		return List.copyOf(this.entries.values());
	}

	/**
	 * A flag.
	 *
	 * @param name its name
	 * @param flag what is written
	 * @param revision the revision at which it was written
	 */
	public record Entry(String name, Flag flag, long revision) {
	}

}

package org.etcdevent.samples.flags;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.KeyRange;

import org.springframework.stereotype.Component;

/**
 * The flags that were delivered, with their revisions. An application would react to a
 * changed flag in this place.
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
		// Anyone may have written the key: it must not forge lines of the log.
		String key = KeyRange.printable(update.keyBytes());
		Flag flag = update.value();
		if (flag == null) {
			this.entries.remove(name);
			this.events.add("%s was deleted (revision %d)".formatted(key, update.revision()));
		}
		else {
			this.entries.put(name, new Entry(name, flag, update.revision()));
			this.events.add("%s is %s (revision %d)".formatted(key, flag.enabled() ? "on" : "off", update.revision()));
		}
	}

	/**
	 * The flags that were delivered so far.
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

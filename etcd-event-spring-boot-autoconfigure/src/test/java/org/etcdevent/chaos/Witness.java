package org.etcdevent.chaos;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

/**
 * What somebody who follows the keys of a {@link WriteLog}, by whatever means, was told
 * and holds, and whether that can be true. Who follows calls {@link #told} and then
 * {@link #handled} for each change, or {@link #holds} where everything comes at once.
 * Thread-safe, as long as no key has two calls at once.
 */
public final class Witness {

	private static final Told NOTHING = new Told(-1, null, 0);

	private static final int EXAMPLES = 20;

	private final String name;

	private final WriteLog log;

	private final Map<String, Long> held = new ConcurrentHashMap<>();

	private final Map<String, Told> told = new ConcurrentHashMap<>();

	private final Map<Violation, Integer> violations = new ConcurrentHashMap<>();

	private final Queue<String> examples = new ConcurrentLinkedQueue<>();

	/**
	 * Knows nothing yet.
	 * @param name what to call it
	 * @param log what is written
	 */
	public Witness(String name, WriteLog log) {
		this.name = name;
		this.log = log;
	}

	/**
	 * Is told of a change.
	 * @param key the key
	 * @param value its value, {@code null} if it was deleted
	 * @param revision the revision of the change
	 * @param retry whether it may have been told before, because handling that failed
	 */
	public void told(String key, @Nullable Long value, long revision, boolean retry) {
		Told before = this.told.getOrDefault(key, NOTHING);
		boolean back = revision < before.revision();
		Told now = new Told(revision, value, before.setBacks() + (back ? 1 : 0));
		if (value == null && before.value() == null && !retry) {
			violate(Violation.PHANTOM, key + " is told as deleted at " + revision + ", but was not there");
		}
		if (value != null && !this.log.mayBe(key, value)) {
			violate(Violation.PHANTOM, key + " = " + value + ", which nobody wrote");
		}
		if (now.setBacks() > this.log.setBacks()) {
			violate(Violation.BACKWARDS, key + " goes back from " + before.revision() + " to " + revision);
		}
		if (value != null && value.equals(before.value()) && !retry) {
			violate(Violation.REPEATED, key + " = " + value + " at " + revision + " comes again, and not as a retry");
		}
		this.told.put(key, now);
	}

	/**
	 * Has handled a change.
	 * @param key the key
	 * @param value its value, {@code null} if it was deleted
	 */
	public void handled(String key, @Nullable Long value) {
		if (value != null) {
			this.held.put(key, value);
		}
		else {
			this.held.remove(key);
		}
	}

	/**
	 * Was told and has handled everything at once.
	 * @param all the values by key
	 */
	public void holds(Map<String, Long> all) {
		all.forEach((key, value) -> {
			if (!this.log.mayBe(key, value)) {
				violate(Violation.PHANTOM, key + " = " + value + ", which nobody wrote");
			}
		});
		this.held.keySet().retainAll(all.keySet());
		this.held.putAll(all);
	}

	/**
	 * Has seen something that is not allowed.
	 * @param violation what
	 * @param description the details
	 */
	public void violate(Violation violation, String description) {
		this.violations.merge(violation, 1, Integer::sum);
		if (this.examples.size() < EXAMPLES) {
			this.examples.add(this.name + ": " + description);
		}
	}

	/** Whether it holds this value of a key, or a later one. */
	boolean holds(String key, long value) {
		Long now = this.held.get(key);
		return now != null && now >= value;
	}

	/**
	 * Waits until it holds what is in etcd, and notes what it does not hold even then.
	 * @param truth what is in etcd and changes no more
	 * @param deadline until when to wait at the most, as {@link System#nanoTime()} has it
	 */
	void settle(Map<String, Long> truth, long deadline) {
		while (!this.held.equals(truth) && System.nanoTime() - deadline < 0) {
			Scene.pass(Duration.ofMillis(5));
		}
		Map<String, Long> rest = new HashMap<>(this.held);
		truth.forEach((key, value) -> {
			Long instead = rest.remove(key);
			if (!value.equals(instead)) {
				violate(Violation.LOST_UPDATE, key + " = " + value + " is lost, it holds " + instead);
			}
		});
		rest.forEach((key, value) -> violate(Violation.LOST_DELETION, key + " is gone, it holds " + value));
	}

	/**
	 * How often it saw what is not allowed.
	 * @return counts of those that happened
	 */
	public Map<Violation, Integer> violations() {
		return this.violations.isEmpty() ? Map.of() : new EnumMap<>(this.violations);
	}

	/**
	 * The first violations, in words.
	 * @return a few of them
	 */
	public Iterable<String> examples() {
		return this.examples;
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * What was told of a key last.
	 *
	 * @param revision its revision
	 * @param value its value, {@code null} for none
	 * @param setBacks how often its revision was lower than the one before
	 */
	private record Told(long revision, @Nullable Long value, int setBacks) {
	}

}

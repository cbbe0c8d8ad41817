package org.etcdevent.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long it took after each fault until those who follow held what was written after
 * it.
 */
final class Recoveries {

	/** Milliseconds, by whom, by fault. */
	private final Map<String, Map<Fault, List<Long>>> times = new LinkedHashMap<>();

	/** How often it took too long, by whom, by fault. */
	private final Map<String, Map<Fault, Integer>> missed = new LinkedHashMap<>();

	void add(Witness witness, Fault fault, long millis) {
		this.times.computeIfAbsent(witness.toString(), (name) -> new EnumMap<>(Fault.class))
			.computeIfAbsent(fault, (first) -> new ArrayList<>())
			.add(millis);
	}

	void miss(Witness witness, Fault fault) {
		this.missed.computeIfAbsent(witness.toString(), (name) -> new EnumMap<>(Fault.class))
			.merge(fault, 1, Integer::sum);
	}

	/** All that it took somebody, in order. */
	List<Long> times(Witness witness) {
		return this.times.getOrDefault(witness.toString(), Map.of())
			.values()
			.stream()
			.flatMap(List::stream)
			.sorted()
			.toList();
	}

	/** Where it took too long; empty if nowhere. */
	Map<String, Map<Fault, Integer>> missed() {
		return this.missed;
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.times.forEach((name, byFault) -> byFault.forEach((fault, millis) -> {
			List<Long> sorted = millis.stream().sorted().toList();
			text.append("  %-10s after %-24s %4d times: p50 %5d ms, p99 %5d ms, max %5d ms%n".formatted(name, fault,
					sorted.size(), percentile(sorted, 50), percentile(sorted, 99), percentile(sorted, 100)));
		}));
		this.missed.forEach((name, byFault) -> text.append("  %-10s not in time after %s%n".formatted(name, byFault)));
		return text.toString();
	}

	private static long percentile(List<Long> sorted, int percent) {
		return sorted.get((sorted.size() * percent + 99) / 100 - 1);
	}

}

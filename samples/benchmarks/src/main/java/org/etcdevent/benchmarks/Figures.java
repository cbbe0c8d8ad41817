package org.etcdevent.benchmarks;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.etcdevent.benchmarks.contender.ContenderKind;

/**
 * Something of each contender that takes part. For one thread.
 *
 * @param <T> what it is
 */
final class Figures<T> {

	private final Map<ContenderKind, T> figures = new EnumMap<>(ContenderKind.class);

	/** Of nobody yet. */
	Figures() {
	}

	Figures(Collection<ContenderKind> contenders, Supplier<T> each) {
		contenders.forEach((kind) -> put(kind, each.get()));
	}

	void put(ContenderKind kind, T figure) {
		this.figures.put(kind, figure);
	}

	T get(ContenderKind kind) {
		return Objects.requireNonNull(this.figures.get(kind), () -> kind + " did not take part");
	}

	T own() {
		return get(ContenderKind.ETCD_EVENT);
	}

	Collection<T> all() {
		return this.figures.values();
	}

	void forEach(BiConsumer<ContenderKind, T> action) {
		this.figures.forEach(action);
	}

}

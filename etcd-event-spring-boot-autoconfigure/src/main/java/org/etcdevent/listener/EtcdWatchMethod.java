package org.etcdevent.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.core.Delivery;
import org.etcdevent.listener.WatchSignature.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * An annotated method of a bean as the target of a watch. Everything about it is decided
 * beforehand; a call costs one reflective invocation.
 */
final class EtcdWatchMethod implements WatchTarget<Object> {

	private final Object bean;

	private final Method method;

	private final Kind kind;

	private final boolean ignoreDeletions;

	/**
	 * A method that is called.
	 * @param bean the bean, or its proxy
	 * @param method the method, as it can be invoked on that
	 * @param kind what it takes
	 * @param ignoreDeletions whether it is not told of deletions
	 */
	EtcdWatchMethod(Object bean, Method method, Kind kind, boolean ignoreDeletions) {
		ReflectionUtils.makeAccessible(method);
		this.bean = bean;
		this.method = method;
		this.kind = kind;
		this.ignoreDeletions = ignoreDeletions;
	}

	@Override
	public TakeMode mode() {
		return this.kind.mode();
	}

	@Override
	public boolean wants(Delivery<Object> delivery) {
		return !this.ignoreDeletions || this.kind == Kind.SNAPSHOT
				|| !delivery.updates().stream().allMatch(EtcdUpdate::isDeletion);
	}

	@Override
	public void invoke(Delivery<Object> delivery) throws Throwable {
		switch (this.kind) {
			case SNAPSHOT -> call(delivery.snapshot());
			case BATCH -> call(told(delivery.updates()));
			default -> callWith(delivery.update());
		}
	}

	private void callWith(EtcdUpdate<Object> update) throws Throwable {
		switch (this.kind) {
			case VALUE -> call(new @Nullable Object[] { update.value() });
			case OPTIONAL -> call(Optional.ofNullable(update.value()));
			case KEY_AND_VALUE -> call(update.key(), update.value());
			default -> call(update);
		}
	}

	private List<EtcdUpdate<Object>> told(List<EtcdUpdate<Object>> updates) {
		if (!this.ignoreDeletions) {
			return updates;
		}
		return updates.stream().filter((update) -> !update.isDeletion()).toList();
	}

	private void call(@Nullable Object... arguments) throws Throwable {
		try {
			this.method.invoke(this.bean, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}

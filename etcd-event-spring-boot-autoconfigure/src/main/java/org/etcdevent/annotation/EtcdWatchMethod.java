package org.etcdevent.annotation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

import org.etcdevent.EtcdUpdate;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * An annotated method of a bean, as it is called. Everything about it is decided
 * beforehand; a call costs one reflective invocation.
 *
 * @param bean the bean, or its proxy
 * @param method the method, as it can be invoked on that
 */
record EtcdWatchMethod(Object bean, Method method) {

	EtcdWatchMethod {
		ReflectionUtils.makeAccessible(method);
	}

	void callWith(EtcdUpdate<Object> update, WatchSignature.Kind kind) throws Exception {
		switch (kind) {
			case VALUE -> call(new @Nullable Object[] { update.value() });
			case OPTIONAL -> call(Optional.ofNullable(update.value()));
			case KEY_AND_VALUE -> call(update.key(), update.value());
			default -> call(update);
		}
	}

	void call(@Nullable Object... arguments) throws Exception {
		try {
			this.method.invoke(this.bean, arguments);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
		}
	}

}

package org.etcdevent.annotation;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Where a watch is declared, and the errors that name it.
 *
 * @param beanName the name of the bean
 * @param method the annotated method
 */
record WatchLocation(String beanName, Method method) {

	EtcdWatchDefinitionException problem(@Nullable String attribute, String problem, String remedy) {
		return problem(attribute, problem, remedy, null);
	}

	EtcdWatchDefinitionException problem(@Nullable String attribute, String problem, String remedy,
			@Nullable Throwable cause) {
		return new EtcdWatchDefinitionException(toString(), attribute, problem, remedy, cause);
	}

	@Override
	public String toString() {
		String parameters = Arrays.stream(this.method.getParameterTypes())
			.map(ClassUtils::getShortName)
			.collect(Collectors.joining(", "));
		return "method '" + this.method.getName() + "(" + parameters + ")' of bean '" + this.beanName + "' ("
				+ this.method.getDeclaringClass().getName() + ")";
	}

}

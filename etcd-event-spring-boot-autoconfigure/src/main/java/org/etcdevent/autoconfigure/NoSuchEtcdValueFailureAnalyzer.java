package org.etcdevent.autoconfigure;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.etcdevent.EtcdValue;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;

/**
 * Lists the values that there are where another one is to be injected. Asked before
 * Boot's analyzer, which knows no properties that make such beans.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class NoSuchEtcdValueFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final ConfigurableListableBeanFactory beanFactory;

	NoSuchEtcdValueFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		ResolvableType wanted = cause.getResolvableType();
		if (wanted == null || wanted.resolve() != EtcdValue.class || cause instanceof NoUniqueBeanDefinitionException) {
			return null;
		}
		Class<?> type = wanted.getGeneric(0).resolve(Object.class);
		return new FailureAnalysis(
				((description != null) ? description : "A component") + " requires a bean of type '" + named(wanted)
						+ "', which does not exist. " + existing(),
				"Add an entry below 'etcd.event.values' with 'key: …' and 'type: " + type.getName()
						+ "', or make a value with the bean EtcdValues.",
				cause);
	}

	private String existing() {
		String values = Arrays.stream(this.beanFactory.getBeanNamesForType(EtcdValue.class, true, false))
			.sorted()
			.map((name) -> "'" + name + "' (" + named(type(name)) + ")")
			.collect(Collectors.joining(", "));
		return values.isEmpty() ? "There are no EtcdValue beans." : "The EtcdValue beans are " + values + ".";
	}

	private ResolvableType type(String name) {
		return this.beanFactory.containsBeanDefinition(name)
				? this.beanFactory.getMergedBeanDefinition(name).getResolvableType() : ResolvableType.NONE;
	}

	private static String named(ResolvableType value) {
		return "EtcdValue<" + value.as(EtcdValue.class).getGeneric(0) + ">";
	}

}

package org.etcdevent.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.etcdevent.EtcdValue;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

/**
 * Keeps the types of values in a native image, where the properties name them and nothing
 * else may. What the properties say is taken as it is when the image is made.
 */
class EtcdValueTypesAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		List<ResolvableType> types = new ArrayList<>();
		for (String name : beanFactory.getBeanNamesForType(EtcdValue.class, false, false)) {
			ResolvableType beanType = beanFactory.getMergedBeanDefinition(name).getResolvableType();
			ResolvableType type = beanType.as(EtcdValue.class).getGeneric(0);
			if (type.resolve() != null) {
				types.add(type);
			}
		}
		return types.isEmpty() ? null : (context, code) -> {
			BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();
			types.forEach(
					(type) -> binding.registerReflectionHints(context.getRuntimeHints().reflection(), type.getType()));
		};
	}

}

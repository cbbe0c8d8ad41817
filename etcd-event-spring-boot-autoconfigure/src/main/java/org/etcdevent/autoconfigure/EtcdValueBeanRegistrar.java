package org.etcdevent.autoconfigure;

import java.util.Map;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Registers a bean for each of {@code etcd.event.values}. Its definition has the generic
 * type, so that {@code EtcdValue<Limits>} finds it.
 */
class EtcdValueBeanRegistrar implements BeanRegistrar {

	private static final String PREFIX = EtcdProperties.PREFIX + ".values";

	@Override
	public void register(BeanRegistry registry, Environment environment) {
		Binder.get(environment)
			.bind(PREFIX, Bindable.mapOf(String.class, EtcdProperties.Value.class))
			.orElseGet(Map::of)
			.forEach((name, properties) -> register(registry, name, properties));
	}

	private void register(BeanRegistry registry, String name, EtcdProperties.Value properties) {
		String prefix = PREFIX + "." + name;
		KeyRange range = range(prefix, properties);
		Class<?> type = type(prefix, properties.getType());
		registerBean(registry, name, new Definition<>(prefix, range, type, properties.getDecoder()));
	}

	private <T> void registerBean(BeanRegistry registry, String name, Definition<T> definition) {
		ResolvableType beanType = ResolvableType.forClassWithGenerics(EtcdValue.class, definition.type());
		ParameterizedTypeReference<EtcdValue<T>> reference = ParameterizedTypeReference.forType(beanType.getType());
		try {
			registry.registerBean(name, reference,
					(spec) -> spec.description("value of '" + definition.prefix() + "'").supplier(definition::create));
		}
		catch (BeanDefinitionOverrideException ex) {
			// Not as the cause: Boot would analyze that instead, and not know the
			// property.
			throw new InvalidConfigurationPropertyValueException(definition.prefix() + ".key", definition.range(),
					"Its bean would be named '" + name
							+ "', and there is another of that name: rename the value or the bean.");
		}
	}

	private static KeyRange range(String prefix, EtcdProperties.Value properties) {
		String key = properties.getKey();
		if (!StringUtils.hasLength(key)) {
			throw new InvalidConfigurationPropertyValueException(prefix + ".key", key,
					"It names no key: give one, a prefix (\"a/\" or \"a*\"), or \"*\" for every key.");
		}
		String end = properties.getRangeEnd();
		if (!StringUtils.hasLength(end)) {
			return KeyRange.parse(key);
		}
		try {
			return KeyRange.between(key, end);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(prefix + ".range-end", end, ex.getMessage() + ".", ex);
		}
	}

	private static Class<?> type(String prefix, @Nullable String name) {
		if (!StringUtils.hasText(name)) {
			throw new InvalidConfigurationPropertyValueException(prefix + ".type", name,
					"It names no type: give the fully qualified name of the class of the values, "
							+ "for example java.lang.String.");
		}
		try {
			return ClassUtils
				.resolvePrimitiveIfNecessary(ClassUtils.forName(name.trim(), ClassUtils.getDefaultClassLoader()));
		}
		catch (ClassNotFoundException | LinkageError ex) {
			throw new InvalidConfigurationPropertyValueException(prefix + ".type", name,
					"There is no such class: give the fully qualified name of the class of the values.", ex);
		}
	}

	/**
	 * What a value is made of.
	 *
	 * @param prefix the prefix of its properties
	 * @param range the range to watch
	 * @param type the type of the decoded values
	 * @param decoderName the name of the decoder bean, if there is one
	 * @param <T> the type of the decoded values
	 */
	private record Definition<T>(String prefix, KeyRange range, Class<T> type, @Nullable String decoderName) {

		EtcdValue<T> create(BeanRegistry.SupplierContext context) {
			return context.bean(EtcdValues.class).value(this.range, decoder(context));
		}

		@SuppressWarnings("unchecked")
		private EtcdDecoder<T> decoder(BeanRegistry.SupplierContext context) {
			if (StringUtils.hasText(this.decoderName)) {
				return namedDecoder(context, this.decoderName);
			}
			try {
				return (EtcdDecoder<T>) context.bean(EtcdDecoderResolver.class).resolve(this.type);
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidConfigurationPropertyValueException(this.prefix + ".type", this.type.getName(),
						ex.getMessage() + ".", ex);
			}
		}

		@SuppressWarnings("unchecked")
		private EtcdDecoder<T> namedDecoder(BeanRegistry.SupplierContext context, String name) {
			try {
				return context.bean(name, EtcdDecoder.class);
			}
			catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException ex) {
				// Not as the cause, likewise.
				throw new InvalidConfigurationPropertyValueException(this.prefix + ".decoder", name,
						"There is no EtcdDecoder bean of that name.");
			}
		}

	}

}

package org.etcdevent.autoconfigure;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.function.Function;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecoderNotFoundException;
import org.etcdevent.EtcdDecoderResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import org.springframework.util.ClassUtils;

/**
 * Finds what the application has to decode a type: a bean, the bytes and text as they
 * are, a conversion from text, or JSON.
 */
class ApplicationDecoderResolver implements EtcdDecoderResolver {

	private final ConfigurableListableBeanFactory beanFactory;

	private final @Nullable Function<Type, EtcdDecoder<?>> json;

	/**
	 * A resolver.
	 * @param beanFactory where decoder beans are looked up, and the conversion service is
	 * had from
	 * @param json what decodes a type from JSON, or {@code null} where there is no JSON
	 */
	ApplicationDecoderResolver(ConfigurableListableBeanFactory beanFactory,
			@Nullable Function<Type, EtcdDecoder<?>> json) {
		this.beanFactory = beanFactory;
		this.json = json;
	}

	@Override
	public EtcdDecoder<?> resolve(Type type) {
		ResolvableType target = ResolvableType.forType(type);
		Class<?> rawType = target.resolve();
		if (rawType == null || target.hasUnresolvableGenerics()) {
			throw new IllegalArgumentException("The type '" + type.getTypeName()
					+ "' is not known at run time: use a type without variables and wildcards");
		}
		EtcdDecoder<?> decoder = fromBean(target);
		if (decoder != null) {
			return decoder;
		}
		if (rawType == byte[].class) {
			return EtcdDecoder.bytes();
		}
		if (rawType == String.class) {
			return EtcdDecoder.text();
		}
		return fromText(target, ClassUtils.resolvePrimitiveIfNecessary(rawType));
	}

	private @Nullable EtcdDecoder<?> fromBean(ResolvableType target) {
		ResolvableType beanType = ResolvableType.forClassWithGenerics(EtcdDecoder.class, target);
		try {
			return (EtcdDecoder<?>) this.beanFactory.getBeanProvider(beanType).getIfAvailable();
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new IllegalArgumentException("Several beans decode the type '" + target + "': "
					+ ex.getBeanNamesFound() + ". Name one of them as the decoder, or make it @Primary", ex);
		}
	}

	private EtcdDecoder<?> fromText(ResolvableType target, Class<?> rawType) {
		ConversionService conversionService = conversionService();
		boolean convertible = !target.hasGenerics() && !rawType.isArray()
				&& conversionService.canConvert(String.class, rawType);
		if (convertible && (this.json == null || !isConvertedByConvention(rawType))) {
			return new ConvertingDecoder<>(conversionService, rawType);
		}
		if (this.json != null) {
			return this.json.apply(target.getType());
		}
		throw new EtcdDecoderNotFoundException(target.getType(),
				"Add the dependency 'org.springframework.boot:spring-boot-starter-jackson' if the values are JSON, define "
						+ "a bean of type EtcdDecoder<" + target + ">, or use String or byte[]");
	}

	private ConversionService conversionService() {
		ConversionService conversionService = this.beanFactory.getConversionService();
		return (conversionService != null) ? conversionService : ApplicationConversionService.getSharedInstance();
	}

	/**
	 * Whether a conversion service would take the type because it happens to have a
	 * constructor or factory method for text, which most often is a part of it rather
	 * than all of it, as in {@code record Flag(String name)}.
	 */
	private static boolean isConvertedByConvention(Class<?> type) {
		if (BeanUtils.isSimpleValueType(type)) {
			return false;
		}
		for (Constructor<?> constructor : type.getDeclaredConstructors()) {
			if (takesText(constructor.getParameterTypes())) {
				return true;
			}
		}
		for (Method method : type.getDeclaredMethods()) {
			if (Modifier.isStatic(method.getModifiers()) && takesText(method.getParameterTypes())
					&& type.isAssignableFrom(method.getReturnType())) {
				return true;
			}
		}
		return false;
	}

	private static boolean takesText(Class<?>[] parameterTypes) {
		return parameterTypes.length == 1 && parameterTypes[0] == String.class;
	}

	/**
	 * Decodes by converting text. What it throws has no cause, because that contains the
	 * value.
	 *
	 * @param <T> the type of the decoded values
	 */
	private static final class ConvertingDecoder<T> implements EtcdDecoder<T> {

		private final ConversionService conversionService;

		private final Class<T> type;

		private final EtcdDecoder<String> text = EtcdDecoder.text();

		ConvertingDecoder(ConversionService conversionService, Class<T> type) {
			this.conversionService = conversionService;
			this.type = type;
		}

		@Override
		public T decode(byte[] key, byte[] value) throws Exception {
			T decoded = convert(this.text.decode(key, value));
			if (decoded == null) {
				throw new IllegalArgumentException("The text is empty, which is no " + this.type.getName());
			}
			return decoded;
		}

		private @Nullable T convert(String text) {
			try {
				return this.conversionService.convert(text, this.type);
			}
			catch (RuntimeException ex) {
				throw new IllegalArgumentException("The text is no " + this.type.getName());
			}
		}

	}

}

package org.etcdevent.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecoderNotFoundException;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatch.Deletions;
import org.etcdevent.KeyRange;
import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchRegistration;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Makes a checked registration of an annotated method: resolves its placeholders, finds
 * its beans, and says what is wrong with it.
 */
final class WatchRegistrationReader {

	/** Times the minimum, where nothing else is said. */
	private static final int DEFAULT_MAXIMUM_WAIT = 10;

	private final ConfigurableListableBeanFactory beanFactory;

	private final EtcdDecoderResolver decoders;

	WatchRegistrationReader(ConfigurableListableBeanFactory beanFactory, EtcdDecoderResolver decoders) {
		this.beanFactory = beanFactory;
		this.decoders = decoders;
	}

	/**
	 * Makes the registration of one annotation.
	 * @param bean the bean, or its proxy
	 * @param beanClass the bean's own class
	 * @param location the method, as the bean's class has it
	 * @param watch the annotation
	 * @throws EtcdWatchDefinitionException if it cannot work
	 */
	EtcdWatchRegistration<Object> read(Object bean, Class<?> beanClass, WatchLocation location, EtcdWatch watch) {
		WatchSignature signature = WatchSignature.of(location, beanClass);
		KeyRange range = range(location, watch);
		checkDeletions(location, signature, range, watch.deletions() == Deletions.IGNORE);
		String id = text(location, "id", watch.id());
		EtcdWatchMethod method = new EtcdWatchMethod(bean, invocable(bean, location));
		EtcdWatchRegistration.Builder<Object> builder = EtcdWatchRegistration
			.of(StringUtils.hasText(id) ? id : location.beanName() + "." + location.method().getName(), range,
					decoder(location, watch, signature))
			.location(location.toString())
			.concurrency(concurrency(location, watch))
			.autoStartup(autoStartup(location, watch))
			.deletions(watch.deletions());
		applyErrorHandler(builder, location, watch);
		applyQuietPeriod(builder, location, watch);
		return switch (signature.kind()) {
			case SNAPSHOT -> builder.onSnapshot(method::call);
			case BATCH -> builder.onBatch(method::call);
			default -> builder.onUpdate((update) -> method.callWith(update, signature.kind()));
		};
	}

	private static void checkDeletions(WatchLocation location, WatchSignature signature, KeyRange range,
			boolean ignoreDeletions) {
		if (ignoreDeletions && signature.kind() == WatchSignature.Kind.SNAPSHOT) {
			throw location.problem("deletions", "it is IGNORE, but a snapshot always shows what is gone",
					"Remove the attribute");
		}
		if (ignoreDeletions) {
			return;
		}
		if (signature.kind().isKeyless() && !range.isSingleKey()) {
			checkMap(location, signature, range);
			throw location.problem("value",
					"it is the range '" + range + "', but the method would not know which key was deleted",
					"Name a single key, take EtcdUpdate<T> or (String key, T value), or set deletions = IGNORE");
		}
		if (signature.refusesDeletions(location.method())) {
			throw location.problem("deletions",
					"a deletion comes as null, but parameter " + (signature.valueParameter() + 1)
							+ " is declared non-null",
					"Declare it @Nullable, take EtcdUpdate<T>, or set deletions = IGNORE");
		}
	}

	/** A map of a range most often means keys and values of the range. */
	private static void checkMap(WatchLocation location, WatchSignature signature, KeyRange range) {
		ResolvableType type = ResolvableType.forType(signature.valueType());
		if (type.resolve() == Map.class) {
			throw location.problem("value",
					"it is the range '" + range + "', but the method takes the value of one key",
					"Take EtcdSnapshot<" + type.getGeneric(1)
							+ "> for all keys and values of the range; for values that "
							+ "are maps, take EtcdUpdate<T> or (String key, T value), or set deletions = IGNORE");
		}
	}

	private static Method invocable(Object bean, WatchLocation location) {
		Method method = location.method();
		Method invocable;
		try {
			invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
		}
		catch (IllegalStateException ex) {
			throw location.problem(null, "the bean is proxied, and its proxy does not have the method",
					Modifier.isPrivate(method.getModifiers()) ? "Do not make the method private"
							: "Declare the method in an interface of the bean, or let it be proxied by class "
									+ "(proxyTargetClass = true)",
					ex);
		}
		if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(method.getModifiers())) {
			throw location.problem(null, "the bean is proxied, and its proxy cannot pass on a final method",
					"Do not make the method final");
		}
		return invocable;
	}

	private KeyRange range(WatchLocation location, EtcdWatch watch) {
		String start = text(location, "value", watch.value());
		String end = text(location, "rangeEnd", watch.rangeEnd());
		try {
			return end.isEmpty() ? KeyRange.parse(start) : KeyRange.between(start, end);
		}
		catch (IllegalArgumentException ex) {
			throw location.problem((end.isEmpty() || start.isEmpty()) ? "value" : "rangeEnd", sentence(ex),
					"Name a key, a prefix (\"a/\" or \"a*\"), or with rangeEnd the first key and the one after the last",
					ex);
		}
	}

	private int concurrency(WatchLocation location, EtcdWatch watch) {
		String text = text(location, "concurrency", watch.concurrency());
		try {
			return Integer.parseInt(text.trim());
		}
		catch (NumberFormatException ex) {
			throw location.problem("concurrency", "it is '" + text + "', which is no number",
					"Use a whole number from 1 on", ex);
		}
	}

	private boolean autoStartup(WatchLocation location, EtcdWatch watch) {
		String text = text(location, "autoStartup", watch.autoStartup()).trim();
		if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
			throw location.problem("autoStartup", "it is '" + text + "'", "Use 'true' or 'false'");
		}
		return Boolean.parseBoolean(text);
	}

	private void applyQuietPeriod(EtcdWatchRegistration.Builder<Object> builder, WatchLocation location,
			EtcdWatch watch) {
		String text = text(location, "quietPeriod", watch.quietPeriod()).trim();
		if (text.isEmpty()) {
			return;
		}
		String[] parts = text.split(",", -1);
		try {
			Duration minimum = DurationStyle.detectAndParse(parts[0].trim());
			Duration maximum = (parts.length > 1) ? DurationStyle.detectAndParse(parts[1].trim())
					: minimum.multipliedBy(DEFAULT_MAXIMUM_WAIT);
			Assert.isTrue(parts.length <= 2, "There are more than two durations");
			builder.quietPeriod(minimum, maximum);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw location.problem("quietPeriod", "it is '" + text + "': " + sentence(ex),
					"Name the time without changes and, after a comma, the longest wait, as in \"100ms, 2s\"", ex);
		}
	}

	private EtcdDecoder<Object> decoder(WatchLocation location, EtcdWatch watch, WatchSignature signature) {
		EtcdDecoder<Object> decoder = decoder(location, watch, signature.valueType());
		return (signature.kind() == WatchSignature.Kind.KEY_AND_VALUE) ? ofTextKeys(decoder) : decoder;
	}

	/**
	 * A key that is no text cannot be handed to a method that takes it as text, however
	 * often it is tried: its changes are skipped, as values are that are not text.
	 */
	private static EtcdDecoder<Object> ofTextKeys(EtcdDecoder<Object> decoder) {
		EtcdDecoder<String> text = EtcdDecoder.text();
		return (key, value) -> {
			text.decode(key, key);
			return decoder.decode(key, value);
		};
	}

	@SuppressWarnings("unchecked")
	private EtcdDecoder<Object> decoder(WatchLocation location, EtcdWatch watch, Type type) {
		String name = text(location, "decoder", watch.decoder());
		if (StringUtils.hasText(name)) {
			EtcdDecoder<Object> decoder = bean(location, "decoder", name, EtcdDecoder.class);
			checkDecoder(location, name, type);
			return decoder;
		}
		try {
			return (EtcdDecoder<Object>) this.decoders.resolve(type);
		}
		catch (EtcdDecoderNotFoundException ex) {
			throw location.problem(null, ex.getProblem(), ex.getRemedy(), ex);
		}
		catch (IllegalArgumentException ex) {
			throw location.problem(null, "no decoder for values of type '" + type.getTypeName() + "': " + sentence(ex),
					"Name an EtcdDecoder bean in the attribute 'decoder'", ex);
		}
	}

	/**
	 * As far as the bean declares what it decodes: a lambda may not.
	 */
	private void checkDecoder(WatchLocation location, String name, Type type) {
		ResolvableType bean = this.beanFactory.containsBeanDefinition(name)
				? this.beanFactory.getMergedBeanDefinition(name).getResolvableType() : ResolvableType.NONE;
		ResolvableType decoded = bean.as(EtcdDecoder.class).getGeneric(0);
		if (decoded.resolve() != null && !ResolvableType.forType(type).isAssignableFrom(decoded)) {
			throw location.problem("decoder",
					"the bean '" + name + "' decodes " + decoded + ", but the method takes " + type.getTypeName(),
					"Name a decoder of that type");
		}
	}

	private void applyErrorHandler(EtcdWatchRegistration.Builder<Object> builder, WatchLocation location,
			EtcdWatch watch) {
		String name = text(location, "errorHandler", watch.errorHandler());
		if (StringUtils.hasText(name)) {
			builder.errorHandler(bean(location, "errorHandler", name, EtcdWatchErrorHandler.class));
		}
	}

	private <B> B bean(WatchLocation location, String attribute, String name, Class<B> type) {
		if (!this.beanFactory.containsBean(name) || !this.beanFactory.isTypeMatch(name, type)) {
			List<String> names = Arrays.asList(this.beanFactory.getBeanNamesForType(type));
			throw location.problem(attribute,
					"there is no " + type.getSimpleName() + " bean with the name '" + name + "'",
					names.isEmpty() ? "Define one" : "Define one, or use one of " + names);
		}
		return this.beanFactory.getBean(name, type);
	}

	private String text(WatchLocation location, String attribute, String text) {
		try {
			String resolved = this.beanFactory.resolveEmbeddedValue(text);
			return (resolved != null) ? resolved : "";
		}
		catch (IllegalArgumentException ex) {
			throw location.problem(attribute, "it is '" + text + "', which cannot be resolved: " + sentence(ex),
					"Set the property, or give the placeholder a default: ${name:default}", ex);
		}
	}

	private static String sentence(Exception ex) {
		String message = String.valueOf(ex.getMessage());
		return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
	}

}

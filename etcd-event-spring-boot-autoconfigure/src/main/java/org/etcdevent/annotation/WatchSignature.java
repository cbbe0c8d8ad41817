package org.etcdevent.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.listener.EtcdWatchDefinitionException;

import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What the parameters of an annotated method say about what it wants.
 *
 * @param kind what it takes
 * @param valueType the type of the values, with its parameters
 * @param valueParameter the index of the parameter that a deletion would leave
 * {@code null}, -1 if there is none
 */
record WatchSignature(Kind kind, Type valueType, int valueParameter) {

	private static final String SUPPORTED = "Supported are EtcdUpdate<T>, T, Optional<T>, (String key, T value), "
			+ "List<EtcdUpdate<T>> and EtcdSnapshot<T>";

	/** By name: Kotlin is not there where nobody uses it. */
	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

	/**
	 * Reads the signature.
	 * @param location the method, as the bean's class declares it
	 * @param beanClass the bean's class, which says what type variables are
	 * @throws EtcdWatchDefinitionException if the signature is not supported
	 */
	static WatchSignature of(WatchLocation location, Class<?> beanClass) {
		Method method = location.method();
		checkSuspend(location);
		checkReturnType(location);
		if (method.getParameterCount() == 1) {
			return ofOne(location, ResolvableType.forMethodParameter(method, 0, beanClass));
		}
		if (method.getParameterCount() == 2 && method.getParameterTypes()[0] == String.class) {
			ResolvableType value = ResolvableType.forMethodParameter(method, 1, beanClass);
			return new WatchSignature(Kind.KEY_AND_VALUE, value(location, value, 1), 1);
		}
		throw location.problem(null, "unsupported method signature (" + method.getParameterCount() + " parameters)",
				SUPPORTED);
	}

	private static void checkSuspend(WatchLocation location) {
		Class<?>[] types = location.method().getParameterTypes();
		if (types.length > 0 && types[types.length - 1].getName().equals(CONTINUATION)) {
			throw location.problem(null, "it is a Kotlin suspend function, which is not supported",
					"Declare it without 'suspend', and let it return when the work is done");
		}
	}

	private static void checkReturnType(WatchLocation location) {
		Class<?> type = location.method().getReturnType();
		if (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
				|| (type != Object.class && ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null)) {
			throw location.problem(null,
					"it returns a " + ClassUtils.getShortName(type) + ", and no one waits for its completion",
					"Let it return when the work is done");
		}
	}

	private static WatchSignature ofOne(WatchLocation location, ResolvableType parameter) {
		Class<?> raw = parameter.resolve(Object.class);
		if (raw == EtcdUpdate.class) {
			return new WatchSignature(Kind.UPDATE, value(location, parameter.getGeneric(0), 0), -1);
		}
		if (raw == EtcdSnapshot.class) {
			return new WatchSignature(Kind.SNAPSHOT, value(location, parameter.getGeneric(0), 0), -1);
		}
		if (raw == Optional.class) {
			return new WatchSignature(Kind.OPTIONAL, value(location, parameter.getGeneric(0), 0), -1);
		}
		if (raw == List.class && parameter.getGeneric(0).resolve() == EtcdUpdate.class) {
			return new WatchSignature(Kind.BATCH, value(location, parameter.getGeneric(0).getGeneric(0), 0), -1);
		}
		return new WatchSignature(Kind.VALUE, value(location, parameter, 0), 0);
	}

	private static Type value(WatchLocation location, ResolvableType type, int parameter) {
		Class<?> raw = type.resolve();
		if (raw == null) {
			throw location.problem(null, "the type of its values is not known from parameter " + (parameter + 1) + ", "
					+ described(location, parameter), "Name it, as in EtcdUpdate<String>");
		}
		if (mentionsDelivery(type)) {
			throw location.problem(null, "unsupported method signature (parameter " + (parameter + 1) + " is "
					+ described(location, parameter) + ")", SUPPORTED);
		}
		return boxed(type, raw);
	}

	/**
	 * The type of the values may be parameterised by anything, but not by what delivers
	 * it.
	 */
	private static boolean mentionsDelivery(ResolvableType type) {
		Class<?> raw = type.resolve();
		if (raw == EtcdUpdate.class || raw == EtcdSnapshot.class || raw == Optional.class) {
			return true;
		}
		for (ResolvableType generic : type.getGenerics()) {
			if (mentionsDelivery(generic)) {
				return true;
			}
		}
		return type.isArray() && mentionsDelivery(type.getComponentType());
	}

	private static String described(WatchLocation location, int parameter) {
		return "'" + ResolvableType.forMethodParameter(location.method(), parameter) + "'";
	}

	private static Type boxed(ResolvableType type, Class<?> raw) {
		if (type.getType() instanceof Class<?>) {
			return ClassUtils.resolvePrimitiveIfNecessary(raw);
		}
		return type.hasUnresolvableGenerics() || !type.hasGenerics() ? raw : resolved(type, raw);
	}

	/**
	 * The type without the variables that the bean's class has filled in.
	 */
	private static Type resolved(ResolvableType type, Class<?> raw) {
		ResolvableType[] generics = type.getGenerics();
		ResolvableType[] filled = new ResolvableType[generics.length];
		for (int i = 0; i < generics.length; i++) {
			Class<?> generic = generics[i].resolve(Object.class);
			filled[i] = ResolvableType.forType(boxed(generics[i], generic));
		}
		return ResolvableType.forClassWithGenerics(raw, filled).getType();
	}

	/**
	 * Whether the method declares that it does not accept deletions.
	 * @param method the method, as the bean's class declares it
	 */
	boolean refusesDeletions(Method method) {
		if (this.valueParameter < 0) {
			return false;
		}
		return method.getParameterTypes()[this.valueParameter].isPrimitive()
				|| Nullness.forMethodParameter(new MethodParameter(method, this.valueParameter)) == Nullness.NON_NULL;
	}

	/**
	 * What a method takes.
	 */
	enum Kind {

		/** {@code EtcdUpdate<T>}. */
		UPDATE,

		/** {@code T}. */
		VALUE,

		/** {@code Optional<T>}. */
		OPTIONAL,

		/** {@code String, T}. */
		KEY_AND_VALUE,

		/** {@code List<EtcdUpdate<T>>}. */
		BATCH,

		/** {@code EtcdSnapshot<T>}. */
		SNAPSHOT;

		/**
		 * Whether it does not say which key a change is about.
		 */
		boolean isKeyless() {
			return this == VALUE || this == OPTIONAL;
		}

	}

}

package org.etcdevent.annotation;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatches;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.annotation.RepeatableContainers;

/**
 * Finds the methods with {@link EtcdWatch} and registers a watch for each. Those of beans
 * that exist when the application starts are registered when all beans do, so that none
 * is created too early; those of beans made later at once.
 */
public final class EtcdWatchAnnotationBeanPostProcessor
		implements DestructionAwareBeanPostProcessor, SmartInitializingSingleton, BeanFactoryAware, Ordered {

	private final Set<Class<?>> plainClasses = ConcurrentHashMap.newKeySet();

	/** The ids of the watches of a bean, by the bean's name. */
	private final Map<String, List<String>> idsOfBeans = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * What waits for all singletons to be there, {@code null} once they are; by lock.
	 */
	private @Nullable List<Runnable> pending = new ArrayList<>();

	/** Set before the first bean is processed. */
	private @Nullable ConfigurableListableBeanFactory beanFactory;

	/**
	 * Set with the first watch. Kept, as the bean factory gives out nothing while it
	 * destroys.
	 */
	private volatile @Nullable EtcdWatchRegistry registry;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	private ConfigurableListableBeanFactory beanFactory() {
		ConfigurableListableBeanFactory beanFactory = this.beanFactory;
		if (beanFactory == null) {
			throw new IllegalStateException("No bean factory yet");
		}
		return beanFactory;
	}

	/**
	 * After the proxies are made.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof AopInfrastructureBean || ScopedProxyUtils.isScopedTarget(beanName)) {
			return bean;
		}
		Class<?> beanClass = AopProxyUtils.ultimateTargetClass(bean);
		Map<Method, List<EtcdWatch>> methods = watches(beanClass);
		if (methods.isEmpty()) {
			return bean;
		}
		checkSingleton(bean instanceof FactoryBean ? BeanFactory.FACTORY_BEAN_PREFIX + beanName : beanName, methods);
		Runnable registration = () -> register(bean, beanClass, beanName, methods);
		if (!defer(registration)) {
			registration.run();
		}
		return bean;
	}

	private boolean defer(Runnable registration) {
		this.lock.lock();
		try {
			return this.pending != null && this.pending.add(registration);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		checkUncreatedBeans();
		List<Runnable> registrations;
		this.lock.lock();
		try {
			registrations = (this.pending != null) ? this.pending : List.of();
			this.pending = null;
		}
		finally {
			this.lock.unlock();
		}
		registrations.forEach(Runnable::run);
	}

	/**
	 * A bean that is no singleton may never be created, and its watches would silently
	 * not be there.
	 */
	private void checkUncreatedBeans() {
		for (String beanName : beanFactory().getBeanDefinitionNames()) {
			if (ScopedProxyUtils.isScopedTarget(beanName)
					|| beanFactory().getMergedBeanDefinition(beanName).isAbstract()
					|| beanFactory().getMergedBeanDefinition(beanName).isSingleton()) {
				continue;
			}
			Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory(), beanName);
			if (type != null) {
				Map<Method, List<EtcdWatch>> methods = watches(type);
				if (!methods.isEmpty()) {
					checkSingleton(beanName, methods);
				}
			}
		}
	}

	private void checkSingleton(String beanName, Map<Method, List<EtcdWatch>> methods) {
		if (beanFactory().containsBean(beanName) && !beanFactory().isSingleton(beanName)) {
			throw new WatchLocation(beanName, methods.keySet().iterator().next()).problem(null,
					"the bean is no singleton, so it is not clear which instance is to be called",
					"Make the bean a singleton, or move the method to one");
		}
	}

	private void register(Object bean, Class<?> beanClass, String beanName, Map<Method, List<EtcdWatch>> methods) {
		EtcdWatchRegistry registry = beanFactory().getBean(EtcdWatchRegistry.class);
		this.registry = registry;
		WatchRegistrationReader reader = new WatchRegistrationReader(beanFactory(),
				beanFactory().getBean(EtcdDecoderResolver.class));
		List<EtcdWatchRegistration<?>> registrations = new ArrayList<>();
		methods.forEach((method, watches) -> watches.forEach((watch) -> registrations
			.add(reader.read(bean, beanClass, new WatchLocation(beanName, method), watch))));
		List<String> ids = new ArrayList<>();
		try {
			for (EtcdWatchRegistration<?> registration : registrations) {
				registry.register(registration);
				ids.add(registration.id());
			}
		}
		catch (RuntimeException ex) {
			// The bean will not be there, so nothing may call it.
			ids.forEach(registry::remove);
			throw ex;
		}
		// A factory and what it makes go by the same name.
		this.idsOfBeans.computeIfAbsent(beanName, (name) -> new CopyOnWriteArrayList<>()).addAll(ids);
	}

	@Override
	public boolean requiresDestruction(Object bean) {
		return !(bean instanceof AopInfrastructureBean) && !watches(AopProxyUtils.ultimateTargetClass(bean)).isEmpty();
	}

	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		List<String> ids = this.idsOfBeans.remove(beanName);
		EtcdWatchRegistry registry = this.registry;
		if (ids != null && registry != null) {
			ids.forEach(registry::remove);
		}
	}

	private Map<Method, List<EtcdWatch>> watches(Class<?> type) {
		if (this.plainClasses.contains(type) || !AnnotationUtils.isCandidateClass(type, EtcdWatch.class)) {
			return Map.of();
		}
		Map<Method, List<EtcdWatch>> methods = selectWatches(type);
		if (methods.isEmpty()) {
			this.plainClasses.add(type);
		}
		return methods;
	}

	/**
	 * Whether beans of a type have watches.
	 * @param type the type
	 * @return {@code true} if one of its methods is annotated
	 */
	public static boolean hasWatches(Class<?> type) {
		return AnnotationUtils.isCandidateClass(type, EtcdWatch.class) && !selectWatches(type).isEmpty();
	}

	private static Map<Method, List<EtcdWatch>> selectWatches(Class<?> type) {
		return MethodIntrospector.selectMethods(type,
				(MetadataLookup<List<EtcdWatch>>) EtcdWatchAnnotationBeanPostProcessor::watchesOf);
	}

	/**
	 * The annotations of a method; of those that it inherits from several declarations,
	 * the nearest one's.
	 */
	private static @Nullable List<EtcdWatch> watchesOf(Method method) {
		List<MergedAnnotation<EtcdWatch>> annotations = MergedAnnotations.search(SearchStrategy.TYPE_HIERARCHY)
			.withRepeatableContainers(RepeatableContainers.explicitRepeatable(EtcdWatch.class, EtcdWatches.class))
			.from(method)
			.stream(EtcdWatch.class)
			.toList();
		int nearest = annotations.stream().mapToInt(MergedAnnotation::getAggregateIndex).min().orElse(-1);
		if (nearest < 0) {
			return null;
		}
		return annotations.stream()
			.filter((annotation) -> annotation.getAggregateIndex() == nearest)
			.map(MergedAnnotation::synthesize)
			.toList();
	}

}

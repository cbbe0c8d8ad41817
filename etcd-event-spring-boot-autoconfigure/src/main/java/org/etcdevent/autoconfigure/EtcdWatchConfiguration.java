package org.etcdevent.autoconfigure;

import java.util.concurrent.ThreadFactory;

import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.annotation.EtcdWatchAnnotationBeanPostProcessor;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.container.EtcdWatchContainers;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchSettings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The beans that run the annotated methods. To be imported where there are
 * {@link FeedValues}, a {@link EtcdDecoderResolver} and {@link EtcdWatchSettings}.
 */
@Configuration(proxyBeanMethods = false)
public class EtcdWatchConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static EtcdWatchAnnotationBeanPostProcessor etcdWatchAnnotationBeanPostProcessor() {
		return new EtcdWatchAnnotationBeanPostProcessor();
	}

	/**
	 * Where all beans are lazy, nothing would ask for those whose methods are called from
	 * here.
	 */
	@Bean
	static LazyInitializationExcludeFilter etcdWatchLazyInitializationExcludeFilter() {
		return (beanName, beanDefinition, beanType) -> EtcdWatchAnnotationBeanPostProcessor.hasWatches(beanType);
	}

	@Bean
	@ConditionalOnThreading(Threading.PLATFORM)
	EtcdWatchContainers etcdWatchRegistry(FeedValues values, EtcdDecoderResolver decoders, EtcdWatchSettings settings,
			ObjectProvider<EtcdWatchErrorHandler> errorHandler, ObjectProvider<DeliveryListener> deliveryListeners,
			ApplicationEventPublisher eventPublisher) {
		return containers(values, decoders, settings, errorHandler, deliveryListeners, eventPublisher, Thread::new);
	}

	@Bean("etcdWatchRegistry")
	@ConditionalOnThreading(Threading.VIRTUAL)
	EtcdWatchContainers etcdWatchRegistryVirtualThreads(FeedValues values, EtcdDecoderResolver decoders,
			EtcdWatchSettings settings, ObjectProvider<EtcdWatchErrorHandler> errorHandler,
			ObjectProvider<DeliveryListener> deliveryListeners, ApplicationEventPublisher eventPublisher) {
		return containers(values, decoders, settings, errorHandler, deliveryListeners, eventPublisher,
				new VirtualThreadTaskExecutor().getVirtualThreadFactory());
	}

	private static EtcdWatchContainers containers(FeedValues values, EtcdDecoderResolver decoders,
			EtcdWatchSettings settings, ObjectProvider<EtcdWatchErrorHandler> errorHandler,
			ObjectProvider<DeliveryListener> deliveryListeners, ApplicationEventPublisher eventPublisher,
			ThreadFactory threads) {
		return new EtcdWatchContainers(values, decoders,
				errorHandler.getIfUnique(() -> (failure) -> EtcdWatchErrorHandler.Decision.RETRY), settings, threads,
				deliveryListeners.orderedStream().toList(), eventPublisher::publishEvent);
	}

}

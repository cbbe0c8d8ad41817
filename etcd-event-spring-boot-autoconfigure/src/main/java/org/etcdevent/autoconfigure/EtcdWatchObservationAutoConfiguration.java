package org.etcdevent.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.etcdevent.actuate.EtcdWatchObservationConvention;
import org.etcdevent.actuate.EtcdWatchObservations;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for observations of the calls of
 * watches' methods. Off by default, as Boot's for the listeners of Kafka, Pulsar and
 * others: an observation is a span and a timer a call, and there is a timer already.
 */
@AutoConfiguration(after = EtcdWatchAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnBooleanProperty("etcd.event.watch.observation-enabled")
public final class EtcdWatchObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EtcdWatchObservations etcdWatchObservations(ObservationRegistry registry,
			ObjectProvider<EtcdWatchObservationConvention> convention) {
		return new EtcdWatchObservations(registry, convention.getIfUnique());
	}

}

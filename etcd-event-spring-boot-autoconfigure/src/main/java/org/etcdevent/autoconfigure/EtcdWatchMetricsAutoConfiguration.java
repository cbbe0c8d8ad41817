package org.etcdevent.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import org.etcdevent.actuate.EtcdWatchMetrics;
import org.etcdevent.listener.EtcdWatchRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the meters of watches.
 */
@AutoConfiguration(after = EtcdWatchAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ EtcdWatchRegistry.class, MeterRegistry.class })
public final class EtcdWatchMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EtcdWatchMetrics etcdWatchMetrics(ObjectProvider<EtcdWatchRegistry> watches) {
		return new EtcdWatchMetrics(watches::getObject);
	}

}

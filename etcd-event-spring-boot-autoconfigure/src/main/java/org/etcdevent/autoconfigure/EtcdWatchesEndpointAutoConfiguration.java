package org.etcdevent.autoconfigure;

import org.etcdevent.actuate.EtcdWatchesEndpoint;
import org.etcdevent.listener.EtcdWatchRegistry;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoint of the watches.
 */
@AutoConfiguration(after = EtcdWatchAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(EtcdWatchRegistry.class)
@ConditionalOnAvailableEndpoint(EtcdWatchesEndpoint.class)
public final class EtcdWatchesEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EtcdWatchesEndpoint etcdWatchesEndpoint(EtcdWatchRegistry watches) {
		return new EtcdWatchesEndpoint(watches);
	}

}

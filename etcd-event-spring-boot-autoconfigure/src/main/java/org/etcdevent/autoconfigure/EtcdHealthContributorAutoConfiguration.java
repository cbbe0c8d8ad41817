package org.etcdevent.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.etcdevent.EtcdValue;
import org.etcdevent.actuate.EtcdHealthIndicator;
import org.etcdevent.listener.EtcdWatchRegistry;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the health of what follows etcd.
 */
@AutoConfiguration(after = EtcdWatchAutoConfiguration.class)
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(EtcdWatchRegistry.class)
@ConditionalOnEnabledHealthIndicator("etcd")
public final class EtcdHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "etcdHealthIndicator", "etcdHealthContributor" })
	EtcdHealthIndicator etcdHealthContributor(EtcdWatchRegistry watches, ConfigurableListableBeanFactory beanFactory,
			EtcdProperties properties) {
		return new EtcdHealthIndicator(watches, () -> startedValues(beanFactory),
				PropertySettings.healthStaleAfter(properties));
	}

	/**
	 * Without those that nobody has asked for yet: to look at health starts nothing.
	 */
	private static Map<String, EtcdValue<?>> startedValues(ConfigurableListableBeanFactory beanFactory) {
		Map<String, EtcdValue<?>> values = new LinkedHashMap<>();
		for (String name : beanFactory.getBeanNamesForType(EtcdValue.class, false, false)) {
			if (beanFactory.getSingleton(name) instanceof EtcdValue<?> value) {
				values.put(name, value);
			}
		}
		return values;
	}

}

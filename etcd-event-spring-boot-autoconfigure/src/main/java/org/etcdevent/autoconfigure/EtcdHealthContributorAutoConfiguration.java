package org.etcdevent.autoconfigure;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.etcdevent.EtcdValue;
import org.etcdevent.actuate.EtcdHealthIndicator;
import org.etcdevent.consumer.FeedValues;
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
 * {@link EnableAutoConfiguration Auto-configuration} for the health of etcd watches and
 * values.
 */
@AutoConfiguration(after = EtcdWatchAutoConfiguration.class)
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(EtcdWatchRegistry.class)
@ConditionalOnEnabledHealthIndicator("etcd")
public final class EtcdHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "etcdHealthIndicator", "etcdHealthContributor" })
	EtcdHealthIndicator etcdHealthContributor(EtcdWatchRegistry watches, FeedValues feedValues,
			ConfigurableListableBeanFactory beanFactory, EtcdProperties properties) {
		return new EtcdHealthIndicator(watches, () -> startedValues(beanFactory, feedValues),
				PropertySettings.healthStaleAfter(properties));
	}

	/**
	 * Beans by their name, without those that nobody has asked for yet: to look at health
	 * starts nothing. Values that were made in code have no name, and go by their range.
	 */
	private static Map<String, EtcdValue<?>> startedValues(ConfigurableListableBeanFactory beanFactory,
			FeedValues feedValues) {
		Map<String, EtcdValue<?>> values = new LinkedHashMap<>();
		for (String name : beanFactory.getBeanNamesForType(EtcdValue.class, false, false)) {
			if (beanFactory.getSingleton(name) instanceof EtcdValue<?> value) {
				values.put(name, value);
			}
		}
		Map<String, Integer> numbers = new HashMap<>();
		for (EtcdValue<?> value : feedValues.open()) {
			if (!values.containsValue(value)) {
				String range = value.range().toString();
				int number = numbers.merge(range, 1, Integer::sum);
				values.put((number > 1) ? range + " #" + number : range, value);
			}
		}
		return values;
	}

}

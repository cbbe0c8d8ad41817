package org.etcdevent.autoconfigure;

import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.EtcdWatch;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.listener.EtcdWatchSettings;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for methods with {@link EtcdWatch}.
 */
@AutoConfiguration(after = EtcdAutoConfiguration.class)
@ConditionalOnBean({ FeedValues.class, EtcdDecoderResolver.class })
@Import(EtcdWatchConfiguration.class)
public final class EtcdWatchAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EtcdWatchSettings etcdWatchSettings(EtcdProperties properties) {
		return PropertySettings.watches(properties.getWatch());
	}

}

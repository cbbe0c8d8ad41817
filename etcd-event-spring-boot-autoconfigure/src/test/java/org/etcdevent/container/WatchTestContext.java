package org.etcdevent.container;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecoderResolver;
import org.etcdevent.autoconfigure.EtcdWatchConfiguration;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.listener.EtcdWatchSettings;

import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Contexts with everything that annotated methods need, over keys in memory.
 */
public final class WatchTestContext {

	private WatchTestContext() {
	}

	public static ApplicationContextRunner over(FakeEtcd etcd) {
		return over(etcd, FakeEtcd.settings());
	}

	public static ApplicationContextRunner over(FakeEtcd etcd, EtcdWatchSettings settings) {
		return new ApplicationContextRunner().withBean(FeedValues.class, etcd::values)
			.withBean(EtcdDecoderResolver.class, () -> WatchTestContext::decoder)
			.withBean(EtcdWatchSettings.class, () -> settings)
			.withPropertyValues("spring.threads.virtual.enabled=true")
			.withUserConfiguration(PropertyPlaceholderAutoConfiguration.class, EtcdWatchConfiguration.class);
	}

	/**
	 * Decodes text and numbers; of anything else it only tells the type.
	 */
	static EtcdDecoder<?> decoder(Type type) {
		if (type == String.class) {
			return EtcdDecoder.text();
		}
		if (type == Integer.class) {
			return (key, value) -> Integer.valueOf(EtcdDecoder.text().decode(key, value));
		}
		if (type.getTypeName().equals("java.util.List<java.lang.String>")) {
			return (key, value) -> List.of(EtcdDecoder.text().decode(key, value).split(","));
		}
		throw new IllegalArgumentException("No decoder for " + type.getTypeName() + ".");
	}

	public static void await(Runnable assertion) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(assertion::run);
	}

}

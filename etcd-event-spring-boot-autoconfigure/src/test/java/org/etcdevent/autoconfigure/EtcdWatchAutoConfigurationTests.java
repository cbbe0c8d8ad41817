package org.etcdevent.autoconfigure;

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.etcdevent.actuate.EtcdWatchMetrics;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.listener.EtcdWatchSettings;
import org.etcdevent.listener.EtcdWatchStartup;
import org.etcdevent.listener.RetrySettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link EtcdWatchAutoConfiguration} and
 * {@link EtcdWatchMetricsAutoConfiguration}.
 */
class EtcdWatchAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class,
				EtcdWatchMetricsAutoConfiguration.class));

	@Test
	void definesTheRegistryWithDefaults() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(EtcdWatchRegistry.class).doesNotHaveBean(EtcdWatchMetrics.class);
			assertThat(context.getBean(EtcdWatchSettings.class)).isEqualTo(EtcdWatchSettings.defaults());
		});
	}

	@Test
	void settingsComeFromProperties() {
		this.contextRunner
			.withPropertyValues("etcd.event.watch.startup=fail", "etcd.event.watch.startup-timeout=1s",
					"etcd.event.watch.shutdown-timeout=2s", "etcd.event.watch.slow-handler=3s",
					"etcd.event.watch.retry.initial-interval=4s", "etcd.event.watch.retry.multiplier=1.5",
					"etcd.event.watch.retry.max-interval=5s", "etcd.event.watch.retry.max-attempts=6")
			.run((context) -> assertThat(context.getBean(EtcdWatchSettings.class)).isEqualTo(new EtcdWatchSettings(
					new RetrySettings(Duration.ofSeconds(4), 1.5, Duration.ofSeconds(5), 6), EtcdWatchStartup.FAIL,
					Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3))));
	}

	@ParameterizedTest
	@CsvSource({ "startup-timeout,-1s", "shutdown-timeout,-1s", "slow-handler,0s", "slow-handler,99999d",
			"retry.initial-interval,0s", "retry.multiplier,0.5", "retry.multiplier,NaN", "retry.max-interval,1ms",
			"retry.max-attempts,-1" })
	void refusesASettingThatMakesNoSense(String property, String value) {
		this.contextRunner.withPropertyValues("etcd.event.watch." + property + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("etcd.event.watch." + property));
		});
	}

	@Test
	void userSettingsWin() {
		EtcdWatchSettings settings = EtcdWatchSettings.defaults();
		this.contextRunner.withBean(EtcdWatchSettings.class, () -> settings)
			.run((context) -> assertThat(context.getBean(EtcdWatchSettings.class)).isSameAs(settings));
	}

	@Test
	void measuresWhereThereIsAMeterRegistry() {
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasSingleBean(EtcdWatchMetrics.class));
	}

	@Test
	void userMetricsWin() {
		EtcdWatchMetrics metrics = new EtcdWatchMetrics(() -> mock(EtcdWatchRegistry.class));
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(EtcdWatchMetrics.class, () -> metrics)
			.run((context) -> assertThat(context.getBean(EtcdWatchMetrics.class)).isSameAs(metrics));
	}

	@Test
	void measuresNothingWithoutMicrometer() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdWatchRegistry.class)
				.doesNotHaveBean("etcdWatchMetrics"));
	}

}

package org.etcdevent.autoconfigure;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.etcdevent.EtcdValue;
import org.etcdevent.EtcdValues;
import org.etcdevent.KeyRange;
import org.etcdevent.actuate.EtcdHealthIndicator;
import org.etcdevent.actuate.EtcdWatchesEndpoint;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.type.AnnotationMetadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link EtcdHealthContributorAutoConfiguration} and
 * {@link EtcdWatchesEndpointAutoConfiguration}.
 */
class EtcdActuatorAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class,
				EtcdHealthContributorAutoConfiguration.class, EtcdWatchesEndpointAutoConfiguration.class,
				EndpointAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class));

	@Test
	void healthIsNamedEtcd() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(EtcdHealthIndicator.class);
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("etcd"))
				.isInstanceOf(EtcdHealthIndicator.class);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.health.etcd.enabled=false", "management.health.defaults.enabled=false" })
	void healthCanBeSwitchedOff(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EtcdHealthIndicator.class));
	}

	@Test
	void userHealthWins() {
		this.contextRunner.withBean("etcdHealthIndicator", HealthIndicator.class, () -> mock(HealthIndicator.class))
			.run((context) -> assertThat(context).doesNotHaveBean(EtcdHealthIndicator.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "9s", "-1s", "99999d" })
	void refusesAStalenessThatMakesNoSense(String value) {
		this.contextRunner.withPropertyValues("etcd.event.health.stale-after=" + value).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("etcd.event.health.stale-after"));
		});
	}

	@Test
	void healthShowsValuesAndStartsNone() {
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues("etcd.event.values.one.key=one", "etcd.event.values.one.type=java.lang.String",
					"etcd.event.values.two.key=two", "etcd.event.values.two.type=java.lang.String")
			.run((context) -> {
				context.getBean("one", EtcdValue.class);
				Object values = context.getBean(EtcdHealthIndicator.class).health().getDetails().get("values");
				assertThat(values).asInstanceOf(InstanceOfAssertFactories.MAP).containsOnlyKeys("one");
				assertThat(context.getBeanFactory().containsSingleton("two")).isFalse();
			});
	}

	@Test
	void healthLooksAtValuesThatWereMadeInCodeUntilTheyAreClosed() {
		this.contextRunner.withPropertyValues("etcd.event.endpoints=http://127.0.0.1:1").run((context) -> {
			EtcdHealthIndicator health = context.getBean(EtcdHealthIndicator.class);
			assertThat(health.health().getStatus()).isEqualTo(Status.UP);
			EtcdValues values = context.getBean(EtcdValues.class);
			EtcdValue<String> one = values.value(KeyRange.prefix("a/"), String.class);
			EtcdValue<String> same = values.value(KeyRange.prefix("a/"), String.class);
			assertThat(health.health().getDetails().get("values")).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsOnlyKeys("a/", "a/ #2");
			// Until the event loop has come to them, they do nothing yet.
			Awaitility.await().until(() -> health.health().getStatus().equals(Status.DOWN));
			one.close();
			same.close();
			assertThat(health.health().getDetails().get("values")).asInstanceOf(InstanceOfAssertFactories.MAP)
				.isEmpty();
			assertThat(health.health().getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void theEndpointIsThereWhereItIsExposed() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=etcdwatches")
			.run((context) -> assertThat(context).hasSingleBean(EtcdWatchesEndpoint.class));
	}

	@Test
	void theEndpointIsNotThereByDefault() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(EtcdWatchesEndpoint.class));
	}

	@Test
	void worksWithoutActuatorAndHealth() {
		new ApplicationContextRunner().withUserConfiguration(OwnConfigurations.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate",
					"org.springframework.boot.health", "org.springframework.boot.micrometer", "io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdWatchRegistry.class)
				.doesNotHaveBean("etcdHealthContributor")
				.doesNotHaveBean("etcdWatchMetrics")
				.doesNotHaveBean("etcdWatchesEndpoint"));
	}

	@Test
	void isFoundByAnApplication() {
		new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).hasSingleBean(EtcdHealthIndicator.class)
				.hasSingleBean(EtcdWatchesEndpoint.class));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/**
	 * By their names, so that the libraries that are not there are not looked for before
	 * the conditions are.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(OwnConfigurations.Selector.class)
	static class OwnConfigurations {

		static class Selector implements ImportSelector {

			@Override
			public String[] selectImports(AnnotationMetadata importingClassMetadata) {
				return ImportCandidates.load(AutoConfiguration.class, null)
					.getCandidates()
					.stream()
					.filter((name) -> name.startsWith("org.etcdevent."))
					.toArray(String[]::new);
			}

		}

	}

}

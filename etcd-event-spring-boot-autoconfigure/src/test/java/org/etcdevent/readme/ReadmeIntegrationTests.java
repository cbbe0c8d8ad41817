package org.etcdevent.readme;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.etcdevent.EtcdValue;
import org.etcdevent.KeyRange;
import org.etcdevent.autoconfigure.EtcdAutoConfiguration;
import org.etcdevent.autoconfigure.EtcdWatchAutoConfiguration;
import org.etcdevent.listener.EtcdWatchContainerStatus;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdServer;
import org.etcdevent.testsupport.FollowedEtcd;
import org.etcdevent.testsupport.SelfSigned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README is one application: it starts, each of its methods is told something on a
 * real etcd and handles it, its reads and its statements work, and its tests pass.
 */
class ReadmeIntegrationTests {

	/** Some value that a method of the README can decode is among these. */
	private static final List<String> VALUES = List
		.of("{\"enabled\":true,\"host\":\"localhost\",\"port\":8080,\"requestsPerSecond\":10}", "1");

	private final SnippetCompiler compiler = new SnippetCompiler(Snippet.of("java"));

	@Test
	void theJavaRuns() throws Exception {
		ClassLoader loader = this.compiler.classLoader();
		List<Class<?>> types = new ArrayList<>();
		for (String name : this.compiler.classNames()) {
			types.add(ClassUtils.forName(name, loader));
		}
		try (EtcdServer server = EtcdServer.create(); EtcdAdmin admin = new EtcdAdmin(server)) {
			runner(loader).withInitializer((context) -> register(context, types))
				.withPropertyValues("etcd.event.endpoints=" + server.endpoint(), "etcd.event.watch.startup=fail")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					tellAll(context.getBean(EtcdWatchRegistry.class), admin);
					readAll(context, types);
					for (ReadmeStatements statements : context.getBeansOfType(ReadmeStatements.class).values()) {
						statements.run();
					}
				});
		}
		for (Class<?> type : types) {
			runTests(type);
		}
	}

	@Test
	void liveConfigurationThatIsInvalidFromTheBeginningIsReportedAndTheDefaultApplies() throws Exception {
		ClassLoader loader = this.compiler.classLoader();
		Class<?> rateLimit = loader.loadClass("com.acme.RateLimit");
		try (EtcdServer server = EtcdServer.create(); EtcdAdmin admin = new EtcdAdmin(server)) {
			admin.put("config/limits", "{\"requestsPerSecond\":0}");
			runner(loader).withBean(rateLimit)
				.withPropertyValues("etcd.event.endpoints=" + server.endpoint())
				.run((context) -> {
					EtcdWatchContainerStatus watch = context.getBean(EtcdWatchRegistry.class)
						.statuses()
						.iterator()
						.next();
					assertThat(watch.watch().decodingErrors()).isEqualTo(1);
					assertThat(requestsPerSecond(context.getBean(rateLimit))).isEqualTo(100);
					admin.put("config/limits", "{\"requestsPerSecond\":10}");
					Awaitility.await().until(() -> requestsPerSecond(context.getBean(rateLimit)) == 10);
					admin.put("config/limits", "10 per second");
					admin.delete("config/limits");
					Awaitility.await().until(() -> requestsPerSecond(context.getBean(rateLimit)) == 100);
				});
		}
	}

	private static int requestsPerSecond(Object rateLimit) throws Exception {
		Method method = rateLimit.getClass().getDeclaredMethod("requestsPerSecond");
		ReflectionUtils.makeAccessible(method);
		return (int) method.invoke(rateLimit);
	}

	@ParameterizedTest
	@MethodSource("yaml")
	void theYamlRuns(Snippet snippet, @TempDir Path folder) throws Exception {
		boolean secure = snippet.text().contains("https:");
		SelfSigned identity = secure ? new SelfSigned(folder, "localhost") : null;
		try (EtcdServer server = secure ? EtcdServer.createSecure(identity, identity) : EtcdServer.create()) {
			List<String> here = new ArrayList<>(List.of("etcd.event.endpoints=" + server.endpoint()));
			if (secure) {
				// Its files are not on this machine.
				here.add("spring.ssl.bundle.pem.etcd.truststore.certificate=file:" + identity.certificate());
				here.add("spring.ssl.bundle.pem.etcd.keystore.certificate=file:" + identity.certificate());
				here.add("spring.ssl.bundle.pem.etcd.keystore.private-key=file:" + identity.key());
			}
			List<PropertySource<?>> said = ReadmeTests.load(snippet);
			runner(this.compiler.classLoader())
				.withInitializer((context) -> said.forEach(context.getEnvironment().getPropertySources()::addLast))
				.withPropertyValues(here.toArray(String[]::new))
				.withPropertyValues("etcd.event.values.probe.key=probe",
						"etcd.event.values.probe.type=java.lang.String")
				.run((context) -> {
					EtcdValue<?> probe = context.getBean("probe", EtcdValue.class);
					assertThat(probe.get()).isEmpty();
				});
		}
	}

	static List<Snippet> yaml() {
		return Snippet.of("yaml");
	}

	private static ApplicationContextRunner runner(ClassLoader loader) {
		return new ApplicationContextRunner().withClassLoader(loader)
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, SslAutoConfiguration.class,
					EtcdAutoConfiguration.class, EtcdWatchAutoConfiguration.class));
	}

	/** All components, and the values that the README's YAML makes beans of. */
	private static void register(ConfigurableApplicationContext context, List<Class<?>> types) {
		try {
			Map<String, Object> values = new TreeMap<>();
			for (Snippet snippet : Snippet.of("yaml")) {
				for (PropertySource<?> source : ReadmeTests.load(snippet)) {
					((MapPropertySource) source).getSource()
						.entrySet()
						.stream()
						.filter((entry) -> entry.getKey().startsWith("etcd.event.values."))
						.forEach((entry) -> values.put(entry.getKey(), entry.getValue().toString()));
				}
			}
			context.getEnvironment().getPropertySources().addLast(new MapPropertySource("README.md", values));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		AnnotatedBeanDefinitionReader reader = new AnnotatedBeanDefinitionReader((BeanDefinitionRegistry) context);
		types.stream().filter(ReadmeIntegrationTests::isComponent).forEach(reader::register);
	}

	private static boolean isComponent(Class<?> type) {
		return AnnotatedElementUtils.hasAnnotation(type, Component.class);
	}

	private static void tellAll(EtcdWatchRegistry registry, EtcdAdmin admin) {
		assertThat(registry.ids()).hasSizeGreaterThan(1);
		for (EtcdWatchContainerStatus watch : registry.statuses()) {
			KeyRange range = watch.range();
			String key = range + (range.isSingleKey() ? "" : "readme");
			long before = watch.delivered();
			// One after the other, and with time between: a newer value takes the place
			// of an older one.
			Iterator<String> values = Stream.generate(() -> VALUES).flatMap(List::stream).iterator();
			Awaitility.await(watch.id() + " to handle " + key)
				.atMost(FollowedEtcd.PATIENCE)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(500))
				.until(() -> {
					boolean handled = registry.status(watch.id()).delivered() > before;
					if (!handled) {
						admin.put(key, values.next());
					}
					return handled;
				});
			assertThat(registry.status(watch.id()).failed()).as("failed calls of %s", watch.id()).isZero();
		}
	}

	/** Calls the methods that answer without being asked for anything. */
	private static void readAll(ApplicationContext context, List<Class<?>> types) {
		types.stream().filter(ReadmeIntegrationTests::isComponent).forEach((type) -> {
			for (Method method : type.getDeclaredMethods()) {
				boolean reads = method.getParameterCount() == 0 && method.getReturnType() != void.class
						&& !method.isSynthetic() && method.getAnnotations().length == 0;
				if (reads) {
					ReflectionUtils.makeAccessible(method);
					ReflectionUtils.invokeMethod(method, context.getBean(type));
				}
			}
		});
	}

	private static void runTests(Class<?> type) throws Exception {
		for (Method method : type.getDeclaredMethods()) {
			if (AnnotatedElementUtils.hasAnnotation(method, Test.class)) {
				Constructor<?> constructor = type.getDeclaredConstructor();
				ReflectionUtils.makeAccessible(constructor);
				ReflectionUtils.makeAccessible(method);
				method.invoke(constructor.newInstance());
			}
		}
	}

}

package org.etcdevent.autoconfigure;

import java.lang.reflect.Method;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told of an application that is processed ahead of time.
 */
class EtcdAotTests {

	@Test
	void annotatedMethodsAndWhatTheyTakeAreKept() {
		RuntimeHints hints = process();
		Method method = ReflectionUtils.findMethod(Application.class, "onFlag", EtcdUpdate.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(accessor(Flag.class))).accepts(hints);
	}

	@Test
	void typesOfValuesAreKept() {
		RuntimeHints hints = process("etcd.event.values.limits.key=limits",
				"etcd.event.values.limits.type=" + Limits.class.getName());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(accessor(Limits.class))).accepts(hints);
	}

	@Test
	void nothingIsKeptForValuesThatAreNotThere() {
		assertThat(RuntimeHintsPredicates.reflection().onType(Limits.class)).rejects(process());
	}

	private static Method accessor(Class<?> type) {
		Method accessor = ReflectionUtils.findMethod(type, "max");
		assertThat(accessor).isNotNull();
		return accessor;
	}

	private static RuntimeHints process(String... properties) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Application.class);
			TestPropertyValues.of(properties).applyTo(context);
			DefaultGenerationContext generation = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get(Application.class)), new InMemoryGeneratedFiles());
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			return generation.getRuntimeHints();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@EtcdWatch("flags/")
		void onFlag(EtcdUpdate<Flag> update) {
		}

	}

	record Flag(int max) {
	}

	record Limits(int max) {
	}

}

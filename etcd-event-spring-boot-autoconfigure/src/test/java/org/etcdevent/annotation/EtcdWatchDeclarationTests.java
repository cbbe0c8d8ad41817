package org.etcdevent.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Locale;

import org.aopalliance.intercept.MethodInterceptor;
import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.KeyRange;
import org.etcdevent.container.EtcdWatchContainers;
import org.etcdevent.container.FakeEtcd;
import org.etcdevent.container.WatchTestContext;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EtcdWatchAnnotationBeanPostProcessor} and
 * {@link WatchRegistrationReader}: where and how watches may be declared.
 */
@Timeout(30)
@SuppressWarnings("UnusedMethod")
class EtcdWatchDeclarationTests {

	private final FakeEtcd etcd = new FakeEtcd().put("a/1", "x").put("b/1", "y");

	@Test
	void placeholdersInEveryAttribute() {
		List<String> failures = FakeEtcd.list();
		WatchTestContext.over(this.etcd)
			.withPropertyValues("app.start=a/", "app.end=a0", "app.id=here", "app.concurrency=3", "app.auto=false",
					"app.decoder=upper", "app.handler=skip")
			.withBean("upper", Upper.class)
			.withBean("skip", EtcdWatchErrorHandler.class, () -> (failure) -> {
				failures.add(failure.watchId());
				return EtcdWatchErrorHandler.Decision.SKIP;
			})
			.withBean("other", EtcdWatchErrorHandler.class, () -> (failure) -> null)
			.withBean(Placeholders.class)
			.run((context) -> {
				EtcdWatchRegistry registry = context.getBean(EtcdWatchRegistry.class);
				assertThat(registry.ids()).containsExactly("here");
				assertThat(registry.status("here").running()).isFalse();
				assertThat(registry.status("here").range()).isEqualTo(KeyRange.between("a/", "a0"));
				registry.start("here");
				assertThat(registry.status("here").threads()).hasSize(3);
				WatchTestContext.await(() -> assertThat(failures).containsExactly("here"));
				assertThat(context.getBean(Placeholders.class).calls).containsExactly("X");
			});
	}

	@Test
	void placeholdersInTheQuietPeriod() {
		QuietPeriods bean = new QuietPeriods();
		WatchTestContext.over(this.etcd)
			.withPropertyValues("app.quiet=10s")
			.withBean(QuietPeriods.class, () -> bean)
			.run((context) -> {
				assertThat(bean.calls).containsExactlyInAnyOrder("one", "both");
				EtcdWatchContainers containers = context.getBean(EtcdWatchContainers.class);
				assertThat(containers.ids()).containsExactlyInAnyOrder("one", "both");
				this.etcd.put("a/1", "y").settle();
				assertThat(containers.statuses()).allMatch((status) -> status.watch().backlog() == 1);
				assertThat(bean.calls).hasSize(2);
			});
	}

	@Test
	void severalWatchesOnOneMethod() {
		calls(new Recorder() {

			@EtcdWatch("a/")
			@EtcdWatch(value = "b/", id = "other")
			void on(EtcdUpdate<String> update) {
				add(update);
			}

		}, "a/1=x", "b/1=y");
	}

	@Test
	void annotationsOfTheApplicationsOwn() {
		calls(new Recorder() {

			@Follow("b/")
			void on(EtcdUpdate<String> update) {
				add(update);
			}

		}, "b/1=y");
	}

	@Test
	void annotationsOfTheApplicationsOwnTogetherWithPlainOnes() {
		calls(new Recorder() {

			@Follow("b/")
			@EtcdWatch("a/")
			void on(EtcdUpdate<String> update) {
				add(update);
			}

		}, "a/1=x", "b/1=y");
	}

	@Test
	void inheritedMethods() {
		calls(new Inheriting(), "a/1=x");
	}

	@Test
	void overriddenMethodsOnce() {
		calls(new Overriding(), "a/1=x overridden");
	}

	@Test
	void overriddenMethodsThatSayOtherwise() {
		calls(new OverridingWithAnother(), "b/1=y");
	}

	@Test
	void methodsThatAnInterfaceDeclares() {
		calls(new OfInterface(), "a/1=x");
	}

	@Test
	void genericMethodsThatAnInterfaceDeclares() {
		calls(new OfGenericInterface(), "a/1=x");
	}

	@Test
	void defaultMethodsOfInterfaces() {
		DefaultMethod bean = new DefaultMethod();
		run(bean, DefaultMethod.class, () -> assertThat(bean.calls).containsExactly("default"));
	}

	@Test
	void beansBehindJdkProxies() {
		OfInterface target = new OfInterface();
		ProxyFactory factory = new ProxyFactory(target);
		List<String> advised = FakeEtcd.list();
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			advised.add(invocation.getMethod().getName());
			return invocation.proceed();
		});
		run(factory.getProxy(), Object.class, () -> assertThat(target.calls).containsExactly("a/1=x"));
		assertThat(advised).contains("on");
	}

	@Test
	void beansBehindClassBasedProxies() {
		Inheriting target = new Inheriting();
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(true);
		List<String> advised = FakeEtcd.list();
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			advised.add(invocation.getMethod().getName());
			return invocation.proceed();
		});
		run(factory.getProxy(), Object.class, () -> assertThat(target.calls).containsExactly("a/1=x"));
		assertThat(advised).contains("on");
	}

	@Test
	void theIdIsMadeOfBeanAndMethodUnlessSaidOtherwise() {
		WatchTestContext.over(this.etcd)
			.withBean("listener", Inheriting.class)
			.run((context) -> assertThat(context.getBean(EtcdWatchRegistry.class).ids())
				.containsExactly("listener.on"));
	}

	private void calls(Recorder bean, String... expected) {
		run(bean, Recorder.class, () -> assertThat(bean.calls).containsExactlyInAnyOrder(expected));
	}

	@SuppressWarnings("unchecked")
	private <B> void run(Object bean, Class<B> type, Runnable assertion) {
		WatchTestContext.over(this.etcd).withBean("bean", type, () -> (B) bean).run((context) -> {
			assertThat(context).hasNotFailed();
			assertion.run();
		});
	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@EtcdWatch(value = "", id = "followed", concurrency = "2")
	@interface Follow {

		@AliasFor(annotation = EtcdWatch.class, attribute = "value")
		String value();

	}

	abstract static class Recorder {

		final List<String> calls = FakeEtcd.list();

		void add(EtcdUpdate<?> update) {
			this.calls.add(update.key() + "=" + update.value());
		}

	}

	static class Placeholders {

		final List<String> calls = FakeEtcd.list();

		@EtcdWatch(value = "${app.start}", rangeEnd = "${app.end}", id = "${app.id}",
				concurrency = "${app.concurrency}", autoStartup = "${app.auto}", decoder = "${app.decoder}",
				errorHandler = "${app.handler}")
		void on(EtcdUpdate<String> update) {
			this.calls.add(String.valueOf(update.value()));
			throw new IllegalStateException("so that the error handler is asked");
		}

	}

	static class QuietPeriods {

		final List<String> calls = FakeEtcd.list();

		@EtcdWatch(value = "a/", id = "one", quietPeriod = "${app.quiet}")
		void one(List<EtcdUpdate<String>> updates) {
			this.calls.add("one");
		}

		@EtcdWatch(value = "a/", id = "both", quietPeriod = "${app.quiet}, ${app.most:1h}")
		void both(List<EtcdUpdate<String>> updates) {
			this.calls.add("both");
		}

	}

	static class Upper implements EtcdDecoder<String> {

		@Override
		public String decode(byte[] key, byte[] value) throws Exception {
			return EtcdDecoder.text().decode(key, value).toUpperCase(Locale.ROOT);
		}

	}

	static class Base extends Recorder {

		@EtcdWatch("a/")
		public void on(EtcdUpdate<String> update) {
			add(update);
		}

	}

	static class Inheriting extends Base {

	}

	static class Overriding extends Base {

		@Override
		public void on(EtcdUpdate<String> update) {
			this.calls.add(update.key() + "=" + update.value() + " overridden");
		}

	}

	static class OverridingWithAnother extends Base {

		@Override
		@EtcdWatch("b/")
		public void on(EtcdUpdate<String> update) {
			add(update);
		}

	}

	interface Declaring {

		@EtcdWatch("a/")
		void on(EtcdUpdate<String> update);

	}

	static class OfInterface extends Recorder implements Declaring {

		@Override
		public void on(EtcdUpdate<String> update) {
			add(update);
		}

	}

	interface GenericDeclaring<T> {

		@EtcdWatch("a/")
		void on(EtcdUpdate<T> update);

	}

	static class OfGenericInterface extends Recorder implements GenericDeclaring<String> {

		@Override
		public void on(EtcdUpdate<String> update) {
			add(update);
		}

	}

	interface Defaulting {

		List<String> calls();

		@EtcdWatch("a/")
		default void on(EtcdUpdate<String> update) {
			calls().add("default");
		}

	}

	static class DefaultMethod implements Defaulting {

		final List<String> calls = FakeEtcd.list();

		@Override
		public List<String> calls() {
			return this.calls;
		}

	}

}

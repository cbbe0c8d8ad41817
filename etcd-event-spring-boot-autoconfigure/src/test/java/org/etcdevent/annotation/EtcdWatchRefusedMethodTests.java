package org.etcdevent.annotation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import kotlin.coroutines.Continuation;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatch.Deletions;
import org.etcdevent.annotation.nonnull.NullMarkedBeans;
import org.etcdevent.container.FakeEtcd;
import org.etcdevent.container.WatchTestContext;
import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchSignature}: methods that cannot be called are refused at
 * start-up.
 */
@Timeout(30)
@SuppressWarnings({ "UnusedMethod", "UnusedVariable" })
class EtcdWatchRefusedMethodTests {

	private static final String ALLOWED = "Supported are EtcdUpdate<T>, T, Optional<T>, (String key, T value), "
			+ "List<EtcdUpdate<T>> and EtcdSnapshot<T>.";

	private final FakeEtcd etcd = new FakeEtcd();

	@Test
	void noParameter() {
		fails(new Object() {

			@EtcdWatch("a")
			void on() {
			}

		}, "method 'on()' of bean 'bean'", ": unsupported method signature (0 parameters). " + ALLOWED);
	}

	@Test
	void twoParametersOfWhichTheFirstIsNoKey() {
		fails(new Object() {

			@EtcdWatch("a")
			void on(Integer key, String value) {
			}

		}, "method 'on(Integer, String)' of bean 'bean'", ": unsupported method signature (2 parameters). ");
	}

	@Test
	@SuppressWarnings("rawtypes")
	void updateOfUnknownType() {
		fails(new Object() {

			@EtcdWatch("a")
			void on(EtcdUpdate update) {
			}

		}, "the type of its values is not known from parameter 1, 'org.etcdevent.EtcdUpdate<?>'",
				"Name it, as in EtcdUpdate<String>.");
	}

	@Test
	void batchOfAnythingButALists() {
		fails(new Object() {

			@EtcdWatch("a/")
			void on(Iterable<EtcdUpdate<String>> updates) {
			}

		}, "unsupported method signature (parameter 1 is 'java.lang.Iterable<org.etcdevent.EtcdUpdate<java.lang.String>>'). "
				+ ALLOWED);
	}

	@Test
	void optionalOfAnUpdate() {
		fails(new Object() {

			@EtcdWatch("a")
			void on(Optional<EtcdUpdate<String>> update) {
			}

		}, "unsupported method signature (parameter 1 is ", "). " + ALLOWED);
	}

	@Test
	void aResultThatNobodyWaitsFor() {
		fails(new Object() {

			@EtcdWatch("a")
			CompletableFuture<Void> on(String value) {
				return new CompletableFuture<>();
			}

		}, "it returns a CompletableFuture, and no one waits for its completion. Let it return when the work is done.");
	}

	@Test
	void valueOfARangeWithDeletions() {
		fails(new Object() {

			@EtcdWatch("a/")
			void on(String value) {
			}

		}, "attribute 'value': it is the range 'a/', but the method would not know which key was deleted. "
				+ "Name a single key, take EtcdUpdate<T> or (String key, T value), or set deletions = IGNORE.");
	}

	@Test
	void mapOfARange() {
		fails(new Object() {

			@EtcdWatch("a/")
			void on(Map<String, Integer> values) {
			}

		}, "attribute 'value': it is the range 'a/', but the method takes the value of one key. "
				+ "Take EtcdSnapshot<java.lang.Integer> for all keys and values of the range; for values that are maps, ");
	}

	@Test
	void suspendFunction() {
		fails(new Object() {

			@EtcdWatch("a/")
			@Nullable Object on(EtcdUpdate<String> update, Continuation<Object> completion) {
				return null;
			}

		}, ": it is a Kotlin suspend function, which is not supported. "
				+ "Declare it without 'suspend', and let it return when the work is done.");
	}

	@Test
	void primitiveValueWithDeletions() {
		fails(new Object() {

			@EtcdWatch("a")
			void on(int value) {
			}

		}, "attribute 'deletions': a deletion comes as null, but parameter 1 is declared non-null. "
				+ "Declare it @Nullable, take EtcdUpdate<T>, or set deletions = IGNORE.");
	}

	@Test
	void nonNullValueWithDeletions() {
		fails(new Object() {

			@EtcdWatch("a")
			void on(String key, @NonNull String value) {
			}

		}, "attribute 'deletions': a deletion comes as null, but parameter 2 is declared non-null.");
	}

	@Test
	void nullMarkedValueWithDeletions() {
		fails(new NullMarkedBeans.NonNull(), "attribute 'deletions': a deletion comes as null, but parameter 1");
		fails(new NullMarkedBeans.NonNullPair(), "attribute 'deletions': a deletion comes as null, but parameter 2");
	}

	@Test
	void snapshotWithoutDeletions() {
		fails(new Object() {

			@EtcdWatch(value = "a/", deletions = Deletions.IGNORE)
			void on(EtcdSnapshot<String> snapshot) {
			}

		}, "attribute 'deletions': it is IGNORE, but a snapshot always shows what is gone. Remove the attribute.");
	}

	@Test
	void prototypeThatNobodyCreates() {
		WatchTestContext.over(this.etcd)
			.withBean("bean", Plain.class, Plain::new,
					(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(EtcdWatchDefinitionException.class)
				.message()
				.contains("of bean 'bean'")
				.contains("the bean is no singleton, so it is not clear which instance is to be called. "
						+ "Make the bean a singleton, or move the method to one."));
	}

	@Test
	void methodThatTheProxysInterfacesDoNotHave() {
		ProxyFactory factory = new ProxyFactory(new Plain());
		factory.setInterfaces(Runnable.class);
		fails(factory.getProxy(), "method 'on(EtcdUpdate)' of bean 'bean'",
				"the bean is proxied, and its proxy does not have the method. Declare the method in an interface of the "
						+ "bean, or let it be proxied by class (proxyTargetClass = true).");
	}

	@Test
	void privateMethodBehindAProxy() {
		ProxyFactory factory = new ProxyFactory(new Private());
		factory.setProxyTargetClass(true);
		fails(factory.getProxy(), "its proxy does not have the method. Do not make the method private.");
	}

	@Test
	void finalMethodBehindAProxy() {
		ProxyFactory factory = new ProxyFactory(new Final());
		factory.setProxyTargetClass(true);
		fails(factory.getProxy(), "its proxy cannot pass on a final method. Do not make the method final.");
	}

	private void fails(Object bean, String... texts) {
		EtcdWatchDefinitionTests.fails(WatchTestContext.over(this.etcd), bean, texts);
	}

	static class Plain implements Runnable {

		@Override
		public void run() {
		}

		@EtcdWatch("a/")
		void on(EtcdUpdate<String> update) {
		}

	}

	static class Private {

		@EtcdWatch("a/")
		private void on(EtcdUpdate<String> update) {
		}

	}

	static class Final {

		@EtcdWatch("a/")
		final void on(EtcdUpdate<String> update) {
		}

	}

}

package org.etcdevent.annotation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import org.assertj.core.api.ThrowingConsumer;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.EtcdWatch.Deletions;
import org.etcdevent.annotation.nonnull.NullMarkedBeans;
import org.etcdevent.container.FakeEtcd;
import org.etcdevent.container.WatchTestContext;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.etcdevent.listener.EtcdWatchRegistry;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchSignature} and {@link EtcdWatchMethod}: what each kind of method
 * is told.
 */
@Timeout(30)
@SuppressWarnings({ "UnusedMethod", "UnusedVariable" })
class EtcdWatchSignatureTests {

	private final FakeEtcd etcd = new FakeEtcd();

	@Test
	void updates() {
		follow(new Recorder() {

			@EtcdWatch("a/")
			void on(EtcdUpdate<String> update) {
				add(update.key() + "=" + update.value());
			}

		}, "[a/1=1]", "[a/1=1, a/1=2]", "[a/1=1, a/1=2, a/1=null]");
	}

	@Test
	void updatesOfParameterisedTypes() {
		follow(new Recorder() {

			@EtcdWatch("a/")
			void on(EtcdUpdate<List<String>> update) {
				add(update.value());
			}

		}, "[[1]]", "[[1], [2]]", "[[1], [2], null]");
	}

	@Test
	void updatesOfBoundedTypes() {
		follow(new Recorder() {

			@EtcdWatch("a/")
			void on(EtcdUpdate<? extends Integer> update) {
				Integer value = update.value();
				add(value);
			}

		}, "[1]", "[1, 2]", "[1, 2, null]");
	}

	@Test
	void values() {
		follow(new Recorder() {

			@EtcdWatch("a/1")
			void on(@Nullable Integer value) {
				add(value);
			}

		}, "[1]", "[1, 2]", "[1, 2, null]");
	}

	@Test
	void listsAreValuesToo() {
		follow(new Recorder() {

			@EtcdWatch("a/1")
			void on(@Nullable List<String> value) {
				add(value);
			}

		}, "[[1]]", "[[1], [2]]", "[[1], [2], null]");
	}

	@Test
	void primitiveValuesThatIgnoreDeletions() {
		follow(new Recorder() {

			@EtcdWatch(value = "a/", deletions = Deletions.IGNORE)
			void on(int value) {
				add(value);
			}

		}, "[1]", "[1, 2]", "[1, 2]");
	}

	@Test
	void optionals() {
		follow(new Recorder() {

			@EtcdWatch("a/1")
			void on(Optional<Integer> value) {
				add(value);
			}

		}, "[Optional[1]]", "[Optional[1], Optional[2]]", "[Optional[1], Optional[2], Optional.empty]");
	}

	@Test
	void keysAndValues() {
		follow(new Recorder() {

			@EtcdWatch("a/")
			void on(String key, @Nullable Integer value) {
				add(key + "=" + value);
			}

		}, "[a/1=1]", "[a/1=1, a/1=2]", "[a/1=1, a/1=2, a/1=null]");
	}

	@Test
	void batches() {
		this.etcd.put("a/0", "0");
		follow(new Recorder() {

			@EtcdWatch("a/")
			void on(List<EtcdUpdate<Integer>> updates) {
				add(updates.stream().map(EtcdUpdate::value).toList());
			}

		}, "[[0, 1]]", "[[0, 1], [2]]", "[[0, 1], [2], [null]]");
	}

	@Test
	void batchesThatIgnoreDeletions() {
		follow(new Recorder() {

			@EtcdWatch(value = "a/", deletions = Deletions.IGNORE)
			void on(List<EtcdUpdate<Integer>> updates) {
				add(updates.stream().map(EtcdUpdate::value).toList());
			}

		}, "[[1]]", "[[1], [2]]", "[[1], [2]]");
	}

	@Test
	void snapshots() {
		follow(new Recorder() {

			@EtcdWatch("a/")
			void on(EtcdSnapshot<Integer> snapshot) {
				add(snapshot.entries());
			}

		}, "[{a/1=1}]", "[{a/1=1}, {a/1=2}]", "[{a/1=1}, {a/1=2}, {}]");
	}

	@Test
	void snapshotsOfEmptyRanges() {
		Recorder bean = new Recorder() {

			@EtcdWatch("nothing/")
			void on(EtcdSnapshot<Integer> snapshot) {
				add(snapshot.entries());
			}

		};
		run(bean, (registry) -> assertThat(bean.calls).hasToString("[{}]"));
	}

	@Test
	void typesThatTheBeansClassFillsIn() {
		follow(new OfIntegers(), "[1]", "[1, 2]", "[1, 2, null]");
	}

	@Test
	void privateMethods() {
		follow(new Recorder() {

			@EtcdWatch("a/1")
			private void on(@Nullable Integer value) {
				add(value);
			}

		}, "[1]", "[1, 2]", "[1, 2, null]");
	}

	@Test
	void nullMarkedMethodsThatSayWhatTheyDoAboutDeletions() {
		NullMarkedBeans.Fine bean = new NullMarkedBeans.Fine();
		this.etcd.put("one", "x");
		WatchTestContext.over(this.etcd).withBean("bean", NullMarkedBeans.Fine.class, () -> bean).run((context) -> {
			assertThat(bean.calls).containsExactlyInAnyOrder("nullable x", "ignoring x");
			this.etcd.delete("one");
			await(() -> assertThat(bean.calls).containsExactlyInAnyOrder("nullable x", "ignoring x", "nullable null"));
		});
	}

	@Test
	void methodsThatSayNothingOfNullGetIt() {
		follow(new Unannotated(), "[1]", "[1, 2]", "[1, 2, null]");
	}

	@Test
	void whatAMethodThrowsArrivesAsItIs() {
		List<String> seen = FakeEtcd.list();
		this.etcd.put("a/1", "1");
		Recorder bean = new Recorder() {

			@EtcdWatch("a/1")
			void on(@Nullable Integer value) throws Exception {
				throw new IOException("no disk");
			}

		};
		WatchTestContext.over(this.etcd)
			.withBean("bean", Recorder.class, () -> bean)
			.withBean(EtcdWatchErrorHandler.class, () -> (failure) -> {
				seen.add(String.valueOf(failure.exception()));
				return EtcdWatchErrorHandler.Decision.SKIP;
			})
			.run((context) -> assertThat(seen).containsExactly("java.io.IOException: no disk"));
	}

	private void follow(Recorder bean, String afterFirstState, String afterChange, String afterDeletion) {
		this.etcd.put("a/1", "1");
		run(bean, (registry) -> {
			assertThat(bean.calls).hasToString(afterFirstState);
			this.etcd.put("a/1", "2");
			await(() -> assertThat(bean.calls).hasToString(afterChange));
			this.etcd.delete("a/1").settle();
			await(() -> assertThat(registry.statuses()).allMatch((status) -> status.watch().backlog() == 0));
			assertThat(bean.calls).hasToString(afterDeletion);
		});
	}

	private void run(Recorder bean, ThrowingConsumer<EtcdWatchRegistry> assertions) {
		WatchTestContext.over(this.etcd).withBean("bean", Recorder.class, () -> bean).run((context) -> {
			assertThat(context).hasNotFailed();
			assertions.accept(context.getBean(EtcdWatchRegistry.class));
		});
	}

	private static void await(Runnable assertion) {
		WatchTestContext.await(assertion);
	}

	/**
	 * Keeps what a bean was told.
	 */
	abstract static class Recorder {

		final List<String> calls = FakeEtcd.list();

		void add(Object call) {
			this.calls.add(String.valueOf(call));
		}

	}

	abstract static class Generic<T> extends Recorder {

		@EtcdWatch("a/")
		void on(EtcdUpdate<T> update) {
			T value = update.value();
			add(value);
		}

	}

	@NullUnmarked
	static class Unannotated extends Recorder {

		@EtcdWatch("a/1")
		void on(Integer value) {
			add(value);
		}

	}

	static class OfIntegers extends Generic<Integer> {

	}

}

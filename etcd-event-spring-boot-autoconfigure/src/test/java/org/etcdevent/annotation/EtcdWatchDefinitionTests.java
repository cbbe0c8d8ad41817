package org.etcdevent.annotation;

import java.util.List;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.etcdevent.container.FakeEtcd;
import org.etcdevent.container.WatchTestContext;
import org.etcdevent.listener.EtcdWatchDefinitionException;
import org.etcdevent.listener.EtcdWatchErrorHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchRegistrationReader}: what cannot work fails at start-up and says
 * why.
 */
@Timeout(30)
@SuppressWarnings({ "UnusedMethod", "UnusedVariable" })
class EtcdWatchDefinitionTests {

	private final FakeEtcd etcd = new FakeEtcd();

	@Test
	void concurrencyThatIsNoNumber() {
		fails(new Object() {

			@EtcdWatch(value = "a/", concurrency = "many")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'concurrency': it is 'many', which is no number. Use a whole number from 1 on.");
	}

	@Test
	void concurrencyOfNobody() {
		fails(new Object() {

			@EtcdWatch(value = "a/", concurrency = "0")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'concurrency': it is 0. Use a whole number from 1 on.");
	}

	@Test
	void concurrencyOfBatchesAndSnapshots() {
		String expected = "attribute 'concurrency': it is 2, but a method that takes everything at once has one thread. "
				+ "Remove the attribute, or take one change at a time: EtcdUpdate<T>.";
		fails(new Object() {

			@EtcdWatch(value = "a/", concurrency = "2")
			void on(List<EtcdUpdate<String>> updates) {
			}

		}, expected);
		fails(new Object() {

			@EtcdWatch(value = "a/", concurrency = "2")
			void on(EtcdSnapshot<String> snapshot) {
			}

		}, expected);
	}

	@Test
	void autoStartupThatIsNeitherTrueNorFalse() {
		fails(new Object() {

			@EtcdWatch(value = "a/", autoStartup = "perhaps")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'autoStartup': it is 'perhaps'. Use 'true' or 'false'.");
	}

	@Test
	void emptyKey() {
		fails(new Object() {

			@EtcdWatch("")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'value': The key is empty: ");
	}

	@Test
	void rangeWithoutKeys() {
		fails(new Object() {

			@EtcdWatch(value = "b", rangeEnd = "a")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'rangeEnd': The range's end 'a' is not after its start 'b', so it holds no key. ");
	}

	@Test
	void unknownPlaceholder() {
		fails(new Object() {

			@EtcdWatch("${where}/")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'value': it is '${where}/', which cannot be resolved: ", "Set the property, or give");
	}

	@Test
	void unknownDecoder() {
		fails(new Object() {

			@EtcdWatch(value = "a/", decoder = "nobody")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'decoder': there is no EtcdDecoder bean with the name 'nobody'. Define one.");
	}

	@Test
	void unknownErrorHandlerAmongOthers() {
		fails(WatchTestContext.over(this.etcd)
			.withBean("somebody", EtcdWatchErrorHandler.class, () -> (failure) -> null), new Object() {

				@EtcdWatch(value = "a/", errorHandler = "nobody")
				void on(EtcdUpdate<String> update) {
				}

			}, "attribute 'errorHandler': there is no EtcdWatchErrorHandler bean with the name 'nobody'. "
					+ "Define one, or use one of [somebody].");
	}

	@Test
	void decoderThatIsNone() {
		fails(WatchTestContext.over(this.etcd).withBean("text", String.class, () -> "text"), new Object() {

			@EtcdWatch(value = "a/", decoder = "text")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'decoder': there is no EtcdDecoder bean with the name 'text'.");
	}

	@Test
	void decoderOfAnotherType() {
		fails(WatchTestContext.over(this.etcd).withBean("text", TextDecoder.class), new Object() {

			@EtcdWatch(value = "a/", decoder = "text")
			void on(EtcdUpdate<Integer> update) {
			}

		}, "attribute 'decoder': the bean 'text' decodes java.lang.String, but the method takes java.lang.Integer.");
	}

	@Test
	void typeThatNothingDecodes() {
		fails(new Object() {

			@EtcdWatch("a/")
			void on(EtcdUpdate<Thread> update) {
			}

		}, "of bean 'bean'", ": no decoder for values of type 'java.lang.Thread': No decoder for java.lang.Thread. "
				+ "Name an EtcdDecoder bean in the attribute 'decoder'.");
	}

	@Test
	void idThatCannotBePrinted() {
		fails(new Object() {

			@EtcdWatch(value = "a/", id = "gas\u202eflags")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'id': 'gas\\xe2\\x80\\xaeflags' has characters that are not printable. Use printable characters.");
	}

	@Test
	void doubledId() {
		fails(new Object() {

			@EtcdWatch("a/")
			@EtcdWatch("b/")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'id': the id 'bean.on' is taken by method 'on(EtcdUpdate)' of bean 'bean'",
				"Give one of them another id.");
	}

	@Test
	void anErrorTellsItsParts() {
		EtcdWatchDefinitionException ex = new EtcdWatchDefinitionException("here", "id", "it is bad", "Do it", null);
		assertThat(ex).hasMessage("Invalid watch on here, attribute 'id': it is bad. Do it.");
		assertThat(ex.getLocation()).isEqualTo("here");
		assertThat(ex.getAttribute()).isEqualTo("id");
		assertThat(ex.getProblem()).isEqualTo("it is bad");
		assertThat(ex.getRemedy()).isEqualTo("Do it");
	}

	@Test
	void quietPeriodOfMethodsThatTakeOneChange() {
		fails(new Object() {

			@EtcdWatch(value = "a/", quietPeriod = "1s")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'quietPeriod': there is one, but a method that takes one change at a time does not wait for others. "
				+ "Remove the attribute, or take everything at once: List<EtcdUpdate<T>> or EtcdSnapshot<T>.");
	}

	@Test
	void quietPeriodThatIsNoDuration() {
		fails(new Object() {

			@EtcdWatch(value = "a/", quietPeriod = "a while")
			void on(EtcdSnapshot<String> snapshot) {
			}

		}, "attribute 'quietPeriod': it is 'a while': ",
				"Name the time without changes and, after a comma, the longest wait, as in \"100ms, 2s\".");
	}

	@Test
	void quietPeriodTheWrongWayRound() {
		fails(new Object() {

			@EtcdWatch(value = "a/", quietPeriod = "2s, 100ms")
			void on(EtcdSnapshot<String> snapshot) {
			}

		}, "attribute 'quietPeriod': it is '2s, 100ms': The maximum PT0.1S is shorter than the minimum PT2S. ");
	}

	@Test
	void quietPeriodOfThreeParts() {
		fails(new Object() {

			@EtcdWatch(value = "a/", quietPeriod = "1s,2s,3s")
			void on(EtcdSnapshot<String> snapshot) {
			}

		}, "attribute 'quietPeriod': it is '1s,2s,3s': There are more than two durations. ");
	}

	@Test
	void quietPeriodOfAnAge() {
		fails(new Object() {

			@EtcdWatch(value = "a/", quietPeriod = "100000000000d")
			void on(EtcdSnapshot<String> snapshot) {
			}

		}, "attribute 'quietPeriod': it is '100000000000d': ");
	}

	@Test
	void unknownPlaceholderInAnotherAttribute() {
		fails(new Object() {

			@EtcdWatch(value = "a/", autoStartup = "${nobody.knows}")
			void on(EtcdUpdate<String> update) {
			}

		}, "attribute 'autoStartup': it is '${nobody.knows}', which cannot be resolved: ");
	}

	private void fails(Object bean, String... texts) {
		fails(WatchTestContext.over(this.etcd), bean, texts);
	}

	static void fails(ApplicationContextRunner runner, Object bean, String... texts) {
		runner.withBean("bean", Object.class, () -> bean).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context).getFailure().isInstanceOf(EtcdWatchDefinitionException.class);
			assertThat(context.getStartupFailure().getMessage()).startsWith("Invalid watch on method ")
				.contains("of bean 'bean' (org.etcdevent.annotation.")
				.contains(texts);
		});
	}

	static class TextDecoder implements EtcdDecoder<String> {

		@Override
		public String decode(byte[] key, byte[] value) {
			return "text";
		}

	}

}

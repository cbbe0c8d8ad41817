package org.etcdevent.container;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.listener.DeliveryListener;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;
import org.etcdevent.listener.EtcdWatchHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.container.WatchTestContext.await;

/**
 * Tests for {@link DeliveryListener}: what surrounds a call.
 */
class EtcdWatchObservedCallsTests extends AbstractContainerTests {

	@Test
	void surroundsEachCallOnItsThreadAndTellsHowItEnded() {
		observe((update) -> {
			this.calls.add("call on " + Thread.currentThread().getName());
			if (update.attempt() == 1) {
				throw new IllegalStateException("first");
			}
		});
		this.etcd.put("a/1", "x");
		await(() -> assertThat(this.calls).containsExactly("begin w on etcd-watch-w-1", "call on etcd-watch-w-1",
				"end FAILED first on etcd-watch-w-1", "begin w on etcd-watch-w-1", "call on etcd-watch-w-1",
				"end DELIVERED null on etcd-watch-w-1"));
	}

	@Test
	void tellsThatACallIsGivenUp() {
		this.errorHandler = (failure) -> {
			this.calls.add("decide");
			return Decision.SKIP;
		};
		observe((update) -> {
			throw new IllegalStateException("bad");
		});
		this.etcd.put("a/1", "x");
		await(() -> assertThat(this.calls).containsExactly("begin w on etcd-watch-w-1", "decide",
				"end SKIPPED bad on etcd-watch-w-1"));
	}

	@Test
	void tellsTheEndOfACallThatTheStopInterrupts() {
		CountDownLatch never = new CountDownLatch(1);
		observe((update) -> never.await());
		this.etcd.put("a/1", "x");
		await(() -> assertThat(this.calls).hasSize(1));
		stop(Duration.ZERO);
		await(() -> assertThat(this.calls).hasSize(2).last().asString().startsWith("end null"));
	}

	private void observe(EtcdWatchHandler<EtcdUpdate<String>> handler) {
		WatchDefinition<String> definition = WatchDefinition.of(registration().onUpdate(handler),
				WatchTestContext::decoder, this.errorHandler);
		this.container = new EtcdWatchContainer<>(definition, this.etcd.values(), this::thread, () -> true,
				new WatchEvents(this.events::add, FakeEtcd.threads()), this.retry,
				List.of(new Broken(), new Recorder()));
		this.container.start();
	}

	private final class Recorder implements DeliveryListener {

		@Override
		public Call onCall(String watchId) {
			String thread = " on " + Thread.currentThread().getName();
			EtcdWatchObservedCallsTests.this.calls.add("begin " + watchId + thread);
			return (outcome, error) -> EtcdWatchObservedCallsTests.this.calls.add("end " + outcome + " "
					+ ((error != null) ? error.getMessage() : null) + " on " + Thread.currentThread().getName());
		}

		@Override
		public void onDelivery(String watchId, DeliveryOutcome outcome, long durationNanos) {
		}

	}

	/** Nobody minds. */
	private static final class Broken implements DeliveryListener {

		@Override
		public @Nullable Call onCall(String watchId) {
			throw new IllegalStateException("Not observed");
		}

		@Override
		public void onDelivery(String watchId, DeliveryOutcome outcome, long durationNanos) {
			throw new IllegalStateException("Not measured");
		}

	}

}

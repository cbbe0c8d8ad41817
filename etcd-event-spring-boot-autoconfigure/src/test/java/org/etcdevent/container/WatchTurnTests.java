package org.etcdevent.container;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.KeyRange;
import org.etcdevent.consumer.FeedValues;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.etcdevent.listener.EtcdWatchErrorHandler.Decision;
import org.etcdevent.listener.EtcdWatchRegistration;
import org.etcdevent.listener.RetrySettings;
import org.etcdevent.simulation.ModelEtcd;
import org.etcdevent.simulation.VirtualLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchRun#turn}: what a worker does between two waits, on a thread that
 * acts for it.
 */
class WatchTurnTests {

	private static final EtcdDecoder<String> DECODER = (key, value) -> {
		String text = new String(value, StandardCharsets.UTF_8);
		if (text.equals("bad")) {
			throw new IllegalArgumentException("cannot be decoded");
		}
		return text;
	};

	private final VirtualLoop loop = new VirtualLoop();

	private final ModelEtcd etcd = new ModelEtcd(this.loop, new Random(1));

	private final FeedValues values = new FeedValues(
			new Feeds(this.etcd, this.loop, new Random(1), FeedSettings.defaults()), (type) -> EtcdDecoder.text(),
			Duration.ZERO);

	private final List<String> calls = new ArrayList<>();

	private EtcdWatchContainer<String> container;

	@Test
	void aTurnTakesWhatIsDueAndTheNextOneCallsWithAllThatIs() {
		put("a/1", "one");
		start(registration().onUpdate(this::record));
		put("a/2", "two");
		assertThat(turn()).isTrue();
		assertThat(this.calls).isEmpty();
		assertThat(turn()).isTrue();
		assertThat(this.calls).containsExactly("a/1=one", "a/2=two");
		assertThat(turn()).isFalse();
	}

	@Test
	void aTurnTakesAllPendingUpdates() {
		put("a/1", "bad");
		start(registration().onBatch((updates) -> updates.forEach(this::record)));
		assertThat(turn()).isFalse();
		put("a/2", "two");
		put("a/3", "three");
		assertThat(turn()).isTrue();
		assertThat(turn()).isTrue();
		assertThat(this.calls).containsExactly("a/2=two", "a/3=three");
		assertThat(turn()).isFalse();
	}

	@Test
	void aTurnTakesASnapshotEvenIfItIsEmpty() {
		start(registration().onSnapshot((snapshot) -> this.calls.add(snapshot.entries().toString())));
		assertThat(turn()).isTrue();
		assertThat(turn()).isTrue();
		assertThat(turn()).isFalse();
		put("a/1", "one");
		assertThat(turn()).isTrue();
		assertThat(turn()).isTrue();
		assertThat(this.calls).containsExactly("{}", "{a/1=one}");
	}

	@Test
	void nothingIsTakenWhilePaused() {
		put("a/1", "one");
		start(registration().onUpdate(this::record));
		this.container.pause();
		assertThat(turn()).isFalse();
		this.container.resume();
		assertThat(turn()).isTrue();
	}

	@Test
	void aPauseBeforeTheCallGivesBackWhatWasTaken() {
		put("a/1", "one");
		start(registration().onUpdate(this::record));
		assertThat(turn()).isTrue();
		this.container.pause();
		assertThat(turn()).isTrue();
		assertThat(turn()).isFalse();
		assertThat(this.calls).isEmpty();
		this.container.resume();
		assertThat(turn()).isTrue();
		assertThat(turn()).isTrue();
		assertThat(this.calls).containsExactly("a/1=one");
	}

	@Test
	void aWorkerLeavesOnceWhenItsRunStops() {
		start(registration().concurrency(2).onUpdate(this::record));
		WatchRun<String> run = this.container.stop();
		assertThat(run).isNotNull();
		WatchWorker<String> first = run.workers().get(0);
		assertThat(run.turn(first)).isTrue();
		assertThat(first.hasLeft()).isTrue();
		run.turn(first);
		assertThat(this.container.run()).isSameAs(run);
		run.turn(run.workers().get(1));
		assertThat(this.container.run()).isNull();
	}

	private static EtcdWatchRegistration.Builder<String> registration() {
		return EtcdWatchRegistration.of("w", KeyRange.prefix("a/"), DECODER);
	}

	private void start(EtcdWatchRegistration<String> registration) {
		WatchDefinition<String> definition = WatchDefinition.of(registration, WatchTestContext::decoder,
				(failure) -> Decision.RETRY);
		this.container = new EtcdWatchContainer<>(definition, this.values, NeverStarted::new, () -> true,
				new WatchEvents((event) -> {
				}, NeverStarted::new), RetrySettings.defaults(), List.of());
		this.container.start();
		settle();
	}

	private boolean turn() {
		WatchRun<String> run = this.container.run();
		return run.turn(run.workers().get(0));
	}

	private void put(String key, String value) {
		this.etcd.put(key, value);
		settle();
	}

	private void settle() {
		this.loop.runFor(Duration.ofMillis(300));
	}

	private void record(EtcdUpdate<String> update) {
		this.calls.add(update.key() + "=" + update.value());
	}

	private static final class NeverStarted extends Thread {

		NeverStarted(Runnable task) {
			super(task);
		}

		@Override
		public synchronized void start() {
			// The test acts for it.
		}

	}

}

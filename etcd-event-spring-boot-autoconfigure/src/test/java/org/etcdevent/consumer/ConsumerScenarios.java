package org.etcdevent.consumer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.KeyRange;
import org.etcdevent.QuietPeriod;
import org.etcdevent.backlog.Backlog;
import org.etcdevent.backlog.BlockingBacklog;
import org.etcdevent.backlog.Pending;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.feed.Change;
import org.etcdevent.feed.FeedSettings;
import org.etcdevent.feed.Feeds;
import org.etcdevent.interleaving.Threads;
import org.etcdevent.simulation.ModelEtcd;
import org.etcdevent.simulation.VirtualLoop;

/**
 * What a loop, consumers and a close do at once to a backlog.
 */
public final class ConsumerScenarios implements Supplier<Map<String, Runnable>> {

	private static final Key A = new Key("a".getBytes(StandardCharsets.UTF_8));

	private static final Key B = new Key("b".getBytes(StandardCharsets.UTF_8));

	@Override
	public Map<String, Runnable> get() {
		Map<String, Runnable> all = new LinkedHashMap<>();
		all.put("a change wakes a take", ConsumerScenarios::aChangeWakesATake);
		all.put("a change wakes who takes all", ConsumerScenarios::aChangeWakesWhoTakesAll);
		all.put("closing wakes a take", ConsumerScenarios::closingWakesATake);
		all.put("a take meets a change and a close", ConsumerScenarios::aTakeMeetsAChangeAndAClose);
		all.put("an answer wakes who waits for the key", ConsumerScenarios::anAnswerWakesWhoWaitsForTheKey);
		all.put("the last answer wakes who waits for the sync",
				ConsumerScenarios::theLastAnswerWakesWhoWaitsForTheSync);
		all.put("a watcher's take meets a change and a close", ConsumerScenarios::aWatchersTakeMeetsAChangeAndAClose);
		all.put("two calls of a watcher leave it usable", ConsumerScenarios::twoCallsOfAWatcherLeaveItUsable);
		all.put("two takes get two keys", ConsumerScenarios::twoTakesGetTwoKeys);
		return all;
	}

	private static void aChangeWakesATake() {
		Turn loop = new Turn();
		BlockingBacklog backlog = backlog(loop);
		List<Object> outcomes = run(() -> fill(backlog, loop, put(A, 2)), () -> take(backlog));
		Threads.check(outcomes.get(1) instanceof Pending, outcomes);
	}

	private static void aChangeWakesWhoTakesAll() {
		Turn loop = new Turn();
		BlockingBacklog backlog = backlog(loop);
		List<Object> outcomes = run(() -> fill(backlog, loop, put(A, 2)), () -> backlog.pollAll(Long.MAX_VALUE, false));
		Threads.check(outcomes.get(1) instanceof BlockingBacklog.Cut cut && cut.revision() == 2, outcomes);
	}

	private static void closingWakesATake() {
		BlockingBacklog backlog = backlog(new Turn());
		List<Object> outcomes = run(backlog::close, () -> take(backlog), backlog::close);
		Threads.check(outcomes.get(1) instanceof EtcdWatcherClosedException, outcomes);
		Threads.check(outcomes.get(0) != outcomes.get(2), outcomes);
	}

	private static void aTakeMeetsAChangeAndAClose() {
		Turn loop = new Turn();
		BlockingBacklog backlog = backlog(loop);
		List<Object> outcomes = run(() -> fill(backlog, loop, put(A, 2)), () -> take(backlog), backlog::close);
		Object taken = outcomes.get(1);
		Threads.check(taken instanceof Pending || taken instanceof EtcdWatcherClosedException, outcomes);
	}

	private static void anAnswerWakesWhoWaitsForTheKey() {
		Turn loop = new Turn();
		BlockingBacklog backlog = backlog(loop);
		fill(backlog, loop, put(A, 2));
		Pending first = (Pending) take(backlog);
		backlog.onChanges(List.of(new Change(put(A, 2), put(A, 3))), 3);
		List<Object> outcomes = run(() -> handled(backlog, first), () -> take(backlog));
		Threads.check(outcomes.get(1) instanceof Pending again && again.entry().modRevision() == 3, outcomes);
	}

	private static void theLastAnswerWakesWhoWaitsForTheSync() {
		BlockingBacklog backlog = backlog(new Turn());
		backlog.onSlice(List.of(put(A, 1)));
		backlog.onJoined(1);
		Pending first = (Pending) take(backlog);
		List<Object> outcomes = run(() -> handled(backlog, first),
				() -> backlog.await(backlog::isSynced, Duration.ofDays(1)));
		Threads.check(Boolean.TRUE.equals(outcomes.get(1)), outcomes);
	}

	private static void twoTakesGetTwoKeys() {
		Turn loop = new Turn();
		BlockingBacklog backlog = backlog(loop);
		List<Object> outcomes = run(() -> {
			backlog.onJoined(1);
			backlog.onChanges(List.of(new Change(null, put(A, 2)), new Change(null, put(B, 2))), 2);
			loop.end();
			return null;
		}, () -> key(take(backlog)), () -> key(take(backlog)));
		Threads.check(new HashSet<>(outcomes.subList(1, 3)).equals(new HashSet<>(List.of(A, B))), outcomes);
	}

	private static void aWatchersTakeMeetsAChangeAndAClose() {
		Turn loop = new Turn();
		Subscription<String> subscription = subscription(loop);
		FeedWatcher<String> watcher = new FeedWatcher<>(subscription);
		List<Object> outcomes = run(() -> fill(subscription.backlog(), loop, put(A, 2)), watcher::take, () -> {
			watcher.close();
			return null;
		});
		Object taken = outcomes.get(1);
		Threads.check(taken instanceof EtcdUpdate || taken instanceof EtcdWatcherClosedException, outcomes);
	}

	private static void twoCallsOfAWatcherLeaveItUsable() {
		Turn loop = new Turn();
		Subscription<String> subscription = subscription(loop);
		FeedWatcher<String> watcher = new FeedWatcher<>(subscription);
		fill(subscription.backlog(), loop, put(A, 2));
		List<Object> outcomes = run(watcher::poll, watcher::poll);
		Threads.check(outcomes.stream().filter((outcome) -> outcome instanceof EtcdUpdate).count() == 1, outcomes);
		Threads.check(watcher.poll() == null, outcomes);
	}

	/** A turn of the loop. */
	private static Object fill(BlockingBacklog backlog, Turn loop, Entry entry) {
		backlog.onJoined(1);
		backlog.onChanges(List.of(new Change(null, entry)), entry.modRevision());
		loop.end();
		return null;
	}

	private static Object handled(BlockingBacklog backlog, Pending pending) {
		backlog.answer(List.of(pending), Backlog::handled);
		return null;
	}

	private static Object take(BlockingBacklog backlog) {
		try {
			return backlog.poll(Long.MAX_VALUE);
		}
		catch (InterruptedException ex) {
			return ex;
		}
		catch (EtcdWatcherClosedException ex) {
			return ex;
		}
	}

	private static Object key(Object taken) {
		return (taken instanceof Pending pending) ? pending.key() : taken;
	}

	private static List<Object> run(Callable<?>... calls) {
		return Threads.run(List.of(calls));
	}

	private static Entry put(Key key, long revision) {
		return new Entry(key, new byte[] { (byte) revision }, revision);
	}

	private static BlockingBacklog backlog(Loop loop) {
		return new BlockingBacklog(KeyRange.all(), loop, null, QuietPeriod.NONE, (before, now, cause) -> {
		});
	}

	private static Subscription<String> subscription(Turn loop) {
		Feeds feeds = new Feeds(new ModelEtcd(new VirtualLoop(), new Random(1)), loop, new Random(1),
				FeedSettings.defaults());
		Subscription<String> subscription = new Subscription<>(feeds, KeyRange.all(), EtcdDecoder.text(), null,
				QuietPeriod.NONE, (before, now, cause) -> {
				});
		// The scenario is the feed.
		loop.tasks.clear();
		return subscription;
	}

	/**
	 * A loop that does what it was given when the scenario says so. Time stands still, so
	 * that nobody is woken by it.
	 */
	private static final class Turn implements Loop {

		private final List<Runnable> tasks = new ArrayList<>();

		void end() {
			for (Runnable task : this.tasks) {
				task.run();
			}
			this.tasks.clear();
		}

		@Override
		public void execute(Runnable task) {
			this.tasks.add(task);
		}

		@Override
		public Timer schedule(long delayNanos, Runnable task) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long nanoTime() {
			return 0;
		}

	}

}

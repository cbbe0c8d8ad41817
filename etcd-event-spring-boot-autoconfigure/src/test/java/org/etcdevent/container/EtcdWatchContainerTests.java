package org.etcdevent.container;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.listener.EtcdWatchSyncedEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EtcdWatchContainer} and {@link WatchRun}: what is called when, through
 * starts, stops and pauses.
 */
class EtcdWatchContainerTests extends AbstractContainerTests {

	private final List<EtcdSnapshot<String>> snapshots = FakeEtcd.list();

	private ThreadFactory factory = super::thread;

	@Override
	Thread thread(Runnable task) {
		return this.factory.newThread(task);
	}

	@Test
	void whoStartsItWhileAnotherDoesFindsItRunning() throws InterruptedException {
		CountDownLatch opening = new CountDownLatch(1);
		CountDownLatch mayOpen = new CountDownLatch(1);
		this.beforeEachThread = () -> {
			opening.countDown();
			try {
				mayOpen.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		};
		create(this::record);
		Thread first = new Thread(this.container::start);
		first.start();
		opening.await();
		AtomicBoolean running = new AtomicBoolean();
		Thread second = new Thread(() -> {
			this.container.start();
			running.set(this.container.run() != null);
		});
		second.start();
		await(() -> assertThat(second.getState()).isEqualTo(Thread.State.WAITING));
		mayOpen.countDown();
		second.join();
		assertThat(running).isTrue();
		first.join();
	}

	@Test
	void deliversTheFirstStateAndLaterChanges() {
		this.etcd.put("a/1", "x").put("b/1", "not followed");
		start(this::record);
		await(() -> assertThat(this.calls).containsExactly("a/1=x"));
		this.etcd.put("a/1", "y");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=y"));
		this.etcd.delete("a/1");
		await(() -> assertThat(this.calls).containsExactly("a/1=x", "a/1=y", "a/1=null"));
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(3));
		assertThat(this.outcomes).containsExactly("DELIVERED", "DELIVERED", "DELIVERED");
	}

	@Test
	void callsOnThreadsThatBearTheNameOfTheWatch() {
		this.etcd.put("a/1", "x");
		start((update) -> this.calls.add(Thread.currentThread().getName()));
		await(() -> assertThat(this.calls).containsExactly("etcd-watch-w-1"));
		assertThat(this.container.status().threads()).containsExactly("etcd-watch-w-1");
	}

	@Test
	void callsForOtherKeysAtOnceButNeverTwiceForOne() {
		this.concurrency = 4;
		Set<String> running = ConcurrentHashMap.newKeySet();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger twice = new AtomicInteger();
		CountDownLatch all = new CountDownLatch(4);
		for (int i = 0; i < 4; i++) {
			this.etcd.put("a/" + i, "0");
		}
		start((update) -> {
			if (!running.add(update.key())) {
				twice.incrementAndGet();
			}
			most.accumulateAndGet(running.size(), Math::max);
			all.countDown();
			assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
			record(update);
			running.remove(update.key());
		});
		for (int n = 1; n <= 50; n++) {
			for (int i = 0; i < 4; i++) {
				this.etcd.put("a/" + i, String.valueOf(n));
			}
		}
		await(() -> assertThat(this.calls).contains("a/0=50", "a/1=50", "a/2=50", "a/3=50"));
		assertThat(most).hasValue(4);
		assertThat(twice).hasValue(0);
	}

	@Test
	void noThreadIsIdleWhileAnotherKeyIsDue() {
		this.concurrency = 2;
		CountDownLatch goOn = new CountDownLatch(1);
		this.etcd.put("a/0", "hangs");
		start((update) -> {
			if (update.key().equals("a/0")) {
				goOn.await();
			}
			record(update);
		});
		for (int i = 1; i <= 5; i++) {
			this.etcd.put("a/" + i, "x");
		}
		await(() -> assertThat(this.calls).containsExactlyInAnyOrder("a/1=x", "a/2=x", "a/3=x", "a/4=x", "a/5=x"));
		goOn.countDown();
		await(() -> assertThat(this.calls).contains("a/0=hangs"));
	}

	@Test
	void startAndStopAreIdempotent() {
		this.etcd.put("a/1", "x");
		start(this::record);
		WatchRun<String> run = this.container.run();
		this.container.start();
		assertThat(this.container.run()).isSameAs(run);
		await(() -> assertThat(this.calls).containsExactly("a/1=x"));
		stop(TIMEOUT);
		stop(TIMEOUT);
		assertThat(this.container.status().running()).isFalse();
		await(() -> assertThat(this.etcd.watched()).isEmpty());
		await(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
	}

	@Test
	void startsAgainFromWhatWasHandled() {
		this.etcd.put("a/1", "x").put("a/2", "x").put("a/3", "x");
		start(this::record);
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(3));
		stop(TIMEOUT);
		this.calls.clear();
		this.etcd.delete("a/2").put("a/3", "y");
		this.container.start();
		await(() -> assertThat(this.calls).containsExactlyInAnyOrder("a/2=null", "a/3=y"));
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(5));
		stop(TIMEOUT);
		this.etcd.put("a/4", "x");
		this.container.start();
		await(() -> assertThat(this.calls).containsExactlyInAnyOrder("a/2=null", "a/3=y", "a/4=x"));
	}

	@Test
	void snapshotsAreWholeAfterARestartToo() {
		this.etcd.put("a/1", "x").put("a/2", "x").put("a/3", "x");
		create(registration().onSnapshot(this.snapshots::add));
		this.container.start();
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(1));
		stop(TIMEOUT);
		this.container.start();
		await(() -> assertThat(this.events).contains(new EtcdWatchSyncedEvent("w")));
		assertThat(this.snapshots).hasSize(1);
		stop(TIMEOUT);
		this.etcd.put("a/1", "y").delete("a/2");
		this.container.start();
		await(() -> assertThat(this.snapshots).hasSize(2));
		assertThat(this.snapshots.get(1).entries()).hasToString("{a/1=y, a/3=x}");
	}

	@Test
	void snapshotsShowNothingThatWasTakenButNeverTold() throws Exception {
		this.etcd.put("a/1", "x");
		create(registration().onSnapshot(this.snapshots::add));
		this.container.start();
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(1));
		this.container.pause();
		this.etcd.put("a/1", "y");
		// Not timed: no more in the wait for changes, but in that for the end of the
		// pause.
		await(() -> assertThat(this.threads.get(0).getState()).isEqualTo(Thread.State.WAITING));
		this.etcd.put("a/1", "x").put("a/2", "x").settle();
		this.container.resume();
		await(() -> assertThat(this.snapshots).hasSize(2));
		assertThat(this.snapshots.get(1).entries()).hasToString("{a/1=x, a/2=x}");
	}

	@Test
	void pauseBeginsNoCallAndKeepsWhatComes() throws Exception {
		this.etcd.put("a/1", "x");
		start(this::record);
		await(() -> assertThat(this.calls).hasSize(1));
		this.container.pause();
		this.etcd.put("a/1", "y").put("a/2", "x");
		await(() -> assertThat(this.container.status().watch().backlog()).isEqualTo(2));
		assertThat(this.container.status().paused()).isTrue();
		assertThat(this.container.status().running()).isTrue();
		assertThat(this.calls).hasSize(1);
		this.etcd.put("a/1", "z").settle();
		this.container.resume();
		await(() -> assertThat(this.calls).containsExactlyInAnyOrder("a/1=x", "a/1=z", "a/2=x"));
	}

	@Test
	void pauseOutlivesStopAndStart() {
		start(this::record);
		this.container.pause();
		stop(TIMEOUT);
		this.container.start();
		this.etcd.put("a/1", "x");
		assertThat(this.container.status().paused()).isTrue();
		this.container.resume();
		await(() -> assertThat(this.calls).containsExactly("a/1=x"));
	}

	@Test
	void pausedBeforeTheFirstStateIsKnownAnEmptySnapshotStillComes() {
		create(registration().onSnapshot(this.snapshots::add));
		this.etcd.silence();
		this.container.start();
		await(() -> assertThat(this.threads.get(0).getState()).isEqualTo(Thread.State.TIMED_WAITING));
		this.container.pause();
		this.etcd.speak();
		await(() -> assertThat(this.threads.get(0).getState()).isEqualTo(Thread.State.WAITING));
		assertThat(this.snapshots).isEmpty();
		this.container.resume();
		await(() -> assertThat(this.snapshots).hasSize(1));
	}

	@Test
	void stopsWithACauseWhenItsSubscriptionIsClosedUnderneath() {
		start(this::record);
		this.container.run().subscription().close();
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.container.status().stopCause()).contains("closed");
	}

	@Test
	void doesNotStartWithoutThreads() {
		this.factory = (task) -> null;
		create(this::record);
		assertThatIllegalStateException().isThrownBy(this.container::start).withMessageContaining("etcd-watch-w-1");
		assertThat(this.container.run()).isNull();
		assertThat(this.container.status().stopCause()).isEqualTo("could not be started");
		await(() -> assertThat(this.etcd.watched()).isEmpty());
	}

	@Test
	void doesNotStartWithHalfOfItsThreads() {
		this.concurrency = 2;
		AtomicInteger made = new AtomicInteger();
		this.factory = (task) -> (made.incrementAndGet() < 2) ? new Thread(task) : new Thread(task) {

			@Override
			public void start() {
				throw new OutOfMemoryError("unable to create native thread");
			}

		};
		create(this::record);
		assertThatIllegalStateException().isThrownBy(this.container::start).withMessageContaining("'w'");
		await(() -> assertThat(this.container.run()).isNull());
		assertThat(this.container.status().stopCause()).contains("threads");
		await(() -> assertThat(this.etcd.watched()).isEmpty());
		assertThat(this.container.status().running()).isFalse();
	}

	@Test
	void startedAndStoppedByManyEndsAsTheLastOneSaid() throws Exception {
		this.concurrency = 2;
		this.etcd.put("a/1", "x");
		start(this::record);
		await(() -> assertThat(this.container.status().delivered()).isEqualTo(1));
		Thread[] rivals = new Thread[4];
		for (int i = 0; i < rivals.length; i++) {
			boolean starts = i % 2 == 0;
			rivals[i] = new Thread(() -> {
				for (int n = 0; n < 100; n++) {
					if (starts) {
						this.container.start();
					}
					else {
						stop(TIMEOUT);
					}
				}
			});
			rivals[i].start();
		}
		for (Thread rival : rivals) {
			rival.join();
		}
		stop(TIMEOUT);
		await(() -> assertThat(this.container.run()).isNull());
		await(() -> assertThat(this.etcd.watched()).isEmpty());
		await(() -> assertThat(this.threads).noneMatch(Thread::isAlive));
		assertThat(this.calls).containsExactly("a/1=x");
	}

	@Test
	void batchesAreEverythingThatIsPending() {
		List<List<EtcdUpdate<String>>> batches = FakeEtcd.list();
		this.etcd.put("a/1", "x").put("a/2", "x");
		create(registration().onBatch(batches::add));
		this.container.start();
		await(() -> assertThat(batches).hasSize(1));
		assertThat(batches.get(0)).extracting(EtcdUpdate::key).containsExactly("a/1", "a/2");
	}

}

package org.etcdevent.feed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.simulation.VirtualLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.etcdevent.feed.Entries.deleted;
import static org.etcdevent.feed.Entries.put;

class SubscribersTests {

	private static final int KEYS = 2_500;

	private final VirtualLoop loop = new VirtualLoop();

	private final RangeState state = new RangeState();

	private final Subscribers subscribers = new Subscribers(this.loop, this.state);

	@Test
	void changesBetweenTheSlicesReachWhoJoins() {
		begin();
		Joining joining = new Joining();
		this.subscribers.add(joining, EtcdWatchState.LIVE);
		joining.betweenSlices.add(() -> change(put("00000", "changed after it was told", 11),
				put("02000", "changed before it was told", 11), deleted("00001", 11), deleted("02001", 11)));
		joining.betweenSlices.add(() -> change(put("00001", "again", 12), put("02001", "again", 12),
				put("new", "new", 12), deleted("00002", 12)));
		this.loop.run();
		assertThat(joining.joinedAt).isEqualTo(12);
		assertThat(joining.entries).isEqualTo(this.state.entries()).hasSize(KEYS);
	}

	@Test
	void whoLeavesBetweenTheSlicesHearsNoMore() {
		begin();
		Joining joining = new Joining();
		this.subscribers.add(joining, EtcdWatchState.LIVE);
		joining.betweenSlices.add(() -> {
			this.subscribers.remove(joining);
			change(deleted("00001", 11));
		});
		this.loop.run();
		assertThat(joining.joinedAt).isZero();
		assertThat(joining.entries).hasSize(1_000);
		assertThat(this.subscribers.isEmpty()).isTrue();
	}

	@Test
	void whoWaitsForTheFirstStateHearsOfNoChangeBefore() {
		Joining joining = new Joining();
		this.subscribers.add(joining, EtcdWatchState.LIVE);
		this.subscribers.changed(List.of(new Change(null, put("a", "1", 5))), 5);
		this.loop.run();
		assertThat(joining.entries).isEmpty();
		begin();
		this.subscribers.joinAll();
		this.loop.run();
		assertThat(joining.entries).hasSize(KEYS);
		assertThat(joining.joinedAt).isEqualTo(10);
	}

	@Test
	void theSlicesOfALargeRangeLetTheNetworkIn() {
		begin();
		TurnLoop turns = new TurnLoop();
		Joining joining = new Joining();
		new Subscribers(turns, this.state).add(joining, EtcdWatchState.LIVE);
		List<Integer> known = new ArrayList<>();
		while (joining.joinedAt == 0) {
			turns.turn();
			known.add(joining.entries.size());
		}
		assertThat(known).containsExactly(0, 1_000, 2_000, KEYS);
	}

	private void begin() {
		List<Entry> entries = new ArrayList<>();
		for (int i = 0; i < KEYS; i++) {
			entries.add(put(String.format("%05d", i), "value", 1));
		}
		this.state.begin(new Stamp(1, 10, 1), entries);
	}

	private void change(Entry... events) {
		long revision = events[0].modRevision();
		List<Change> changes = this.state.accept(new Stamp(1, revision, 1), List.of(events), false);
		this.subscribers.changed(changes, revision);
	}

	/**
	 * Does as Netty's loop does in a turn: what was due when it began, and all tasks,
	 * also those that come of them. The network is read between two turns.
	 */
	private static final class TurnLoop implements Loop {

		private final Deque<Runnable> tasks = new ArrayDeque<>();

		private final Deque<Runnable> timers = new ArrayDeque<>();

		void turn() {
			Runnable task;
			while ((task = this.tasks.poll()) != null) {
				task.run();
			}
			this.tasks.addAll(this.timers);
			this.timers.clear();
		}

		@Override
		public void execute(Runnable task) {
			this.tasks.add(task);
		}

		@Override
		public Timer schedule(long delayNanos, Runnable task) {
			this.timers.add(task);
			return () -> this.timers.remove(task);
		}

		@Override
		public long nanoTime() {
			return 0;
		}

	}

	/** Adds up what it is told, and lets something happen after each slice. */
	private final class Joining implements FeedSubscriber {

		private final TreeMap<Key, Entry> entries = new TreeMap<>();

		private final List<Runnable> betweenSlices = new ArrayList<>();

		private long joinedAt;

		@Override
		public void onSlice(List<Entry> slice) {
			slice.forEach((entry) -> this.entries.put(entry.key(), entry));
			if (!this.betweenSlices.isEmpty()) {
				SubscribersTests.this.loop.execute(this.betweenSlices.remove(0));
			}
		}

		@Override
		public void onJoined(long revision) {
			this.joinedAt = revision;
		}

		@Override
		public void onChanges(List<Change> changes, long revision) {
			for (Change change : changes) {
				if (change.after().isTombstone()) {
					this.entries.remove(change.after().key());
				}
				else {
					this.entries.put(change.after().key(), change.after());
				}
			}
		}

		@Override
		public void onState(EtcdWatchState from, EtcdWatchState to, String cause) {
		}

	}

}

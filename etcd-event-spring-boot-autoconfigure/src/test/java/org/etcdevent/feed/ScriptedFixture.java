package org.etcdevent.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.simulation.VirtualLoop;

/**
 * Feeds over a transport that a test answers for.
 */
final class ScriptedFixture {

	final VirtualLoop loop = new VirtualLoop();

	final ScriptedTransport transport = new ScriptedTransport();

	final Feeds feeds;

	ScriptedFixture() {
		this(FeedSettings.defaults());
	}

	ScriptedFixture(FeedSettings settings) {
		this.feeds = new Feeds(this.transport, this.loop, new Random(1), settings);
	}

	/** Joins, and answers the first read. */
	Follower follow(String range, long revision, Entry... entries) {
		Follower follower = join(range);
		this.transport.read().answer(revision, entries);
		this.loop.run();
		return follower;
	}

	Follower join(String range) {
		Follower follower = new Follower();
		follower.membership = this.feeds.join(KeyRange.parse(range), follower);
		this.loop.run();
		return follower;
	}

	/** Connects, and lets the watches be created. */
	ScriptedTransport.Stream connect(long revision) {
		ScriptedTransport.Stream stream = beConnected();
		for (int i = 0; i < stream.creates.size(); i++) {
			stream.created(i, revision);
		}
		return stream;
	}

	ScriptedTransport.Stream beConnected() {
		ScriptedTransport.Stream stream = this.transport.stream();
		if (!stream.connected) {
			stream.connected = true;
			stream.listener.onConnected();
		}
		return stream;
	}

	/** As {@link #follow}, but what is read is of the etcd that the stream leads to. */
	Follower followConnected(String range, long revision, Entry... entries) {
		Follower follower = join(range);
		beConnected();
		this.transport.read().answer(revision, entries);
		this.loop.run();
		return follower;
	}

	/** A quorum says what it has. */
	void answerQuestion(long revision) {
		answerQuestion(ScriptedTransport.stamp(revision));
	}

	void answerQuestion(Stamp stamp) {
		if (!this.transport.question().answered) {
			this.transport.question().answer(stamp, false);
		}
	}

	/** A quorum and the member say that they have nothing else. */
	void confirm(long revision) {
		answerQuestion(revision);
		this.transport.stream().progress(revision, true);
	}

	void pass(Duration time) {
		this.loop.runFor(time);
	}

	/**
	 * Records what a feed tells.
	 */
	static class Follower implements FeedSubscriber {

		final List<String> told = new ArrayList<>();

		final List<Long> revisions = new ArrayList<>();

		final List<EtcdWatchState> states = new ArrayList<>();

		private Feeds.Membership membership;

		FeedStatus status() {
			return this.membership.status();
		}

		void leave() {
			this.membership.leave();
		}

		@Override
		public void onSlice(List<Entry> slice) {
			slice.forEach((entry) -> this.told.add(Entries.told(entry)));
		}

		@Override
		public void onJoined(long revision) {
			this.revisions.add(revision);
		}

		@Override
		public void onChanges(List<Change> changes, long revision) {
			this.told.addAll(Entries.told(changes));
			this.revisions.add(revision);
		}

		@Override
		public void onState(EtcdWatchState from, EtcdWatchState to, String cause) {
			this.states.add(to);
		}

	}

}

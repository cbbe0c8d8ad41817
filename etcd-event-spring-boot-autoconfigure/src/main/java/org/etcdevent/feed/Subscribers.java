package org.etcdevent.feed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Loop;

/**
 * The subscribers of a feed. Each new one receives the state in slices, one in a turn of
 * the loop, so that a large range delays nothing else. None is affected by the failures
 * of another. Loop only.
 */
final class Subscribers {

	private final Loop loop;

	private final RangeState state;

	private final Map<FeedSubscriber, Member> members = new LinkedHashMap<>();

	Subscribers(Loop loop, RangeState state) {
		this.loop = loop;
		this.state = state;
	}

	boolean isEmpty() {
		return this.members.isEmpty();
	}

	void add(FeedSubscriber subscriber, EtcdWatchState now) {
		Member member = new Member(subscriber, this.loop, this.state);
		this.members.put(subscriber, member);
		member.moved(now, "joined");
		if (this.state.isKnown()) {
			member.join();
		}
	}

	void remove(FeedSubscriber subscriber) {
		Member member = this.members.remove(subscriber);
		if (member != null) {
			member.end();
		}
	}

	/** No subscriber receives anything any more, not even the rest of the slices. */
	void clear() {
		this.members.values().forEach(Member::end);
		this.members.clear();
	}

	/** The initial state is known: all who wait for it receive it. Idempotent. */
	void joinAll() {
		this.members.values().forEach(Member::join);
	}

	void changed(List<Change> changes, long revision) {
		this.members.values().forEach((member) -> member.changed(changes, revision));
	}

	void moved(EtcdWatchState to, String cause) {
		this.members.values().forEach((member) -> member.moved(to, cause));
	}

}

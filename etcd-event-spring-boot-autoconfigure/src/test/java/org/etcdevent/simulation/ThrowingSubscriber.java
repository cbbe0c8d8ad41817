package org.etcdevent.simulation;

import java.util.List;

import org.etcdevent.EtcdWatchState;
import org.etcdevent.etcd.Entry;
import org.etcdevent.feed.Change;
import org.etcdevent.feed.FeedSubscriber;

/**
 * A subscriber whose calls throw now and then.
 */
public record ThrowingSubscriber(FeedMirror mirror, Thrower thrower) implements FeedSubscriber {

	@Override
	public void onSlice(List<Entry> slice) {
		cross(Crossing.SLICE, () -> this.mirror.onSlice(slice));
	}

	@Override
	public void onJoined(long revision) {
		cross(Crossing.JOINED, () -> this.mirror.onJoined(revision));
	}

	@Override
	public void onChanges(List<Change> changes, long revision) {
		cross(Crossing.CHANGES, () -> this.mirror.onChanges(changes, revision));
	}

	@Override
	public void onState(EtcdWatchState from, EtcdWatchState to, String cause) {
		cross(Crossing.STATE, () -> this.mirror.onState(from, to, cause));
	}

	private void cross(Crossing crossing, Runnable effect) {
		try {
			this.thrower.cross(crossing, effect);
		}
		catch (RuntimeException | Error ex) {
			if (this.thrower.isAfter()) {
				this.mirror.mayRepeat();
			}
			throw ex;
		}
	}

}

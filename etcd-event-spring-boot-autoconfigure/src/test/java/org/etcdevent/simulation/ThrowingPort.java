package org.etcdevent.simulation;

import java.util.ArrayList;
import java.util.List;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;

/**
 * A transport whose calls throw now and then.
 */
public record ThrowingPort(EtcdTransport etcd, Thrower thrower) implements EtcdTransport {

	@Override
	public WatchStream open(WatchListener listener) {
		List<WatchStream> opened = new ArrayList<>();
		try {
			this.thrower.cross(Crossing.OPEN, () -> opened.add(this.etcd.open(listener)));
		}
		catch (RuntimeException | Error ex) {
			// A transport that throws has not left a stream behind.
			opened.forEach(WatchStream::close);
			throw ex;
		}
		return new ThrowingStream(opened.get(0), this.thrower);
	}

	@Override
	public Loop.Timer read(RangeRead read, ReadListener listener) {
		List<Loop.Timer> sent = new ArrayList<>();
		this.thrower.cross(Crossing.READ, () -> sent.add(this.etcd.read(read, listener)));
		return () -> this.thrower.cross(Crossing.CANCEL_READ, sent.get(0)::cancel);
	}

	@Override
	public Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		List<Loop.Timer> sent = new ArrayList<>();
		this.thrower.cross(Crossing.READ, () -> sent.add(this.etcd.readKeys(keys, revision, timeoutNanos, listener)));
		return () -> this.thrower.cross(Crossing.CANCEL_READ, sent.get(0)::cancel);
	}

	private record ThrowingStream(WatchStream stream, Thrower thrower) implements WatchStream {

		@Override
		public void create(long watchId, KeyRange range, long startRevision, boolean fragments) {
			this.thrower.cross(Crossing.CREATE, () -> this.stream.create(watchId, range, startRevision, fragments));
		}

		@Override
		public void cancel(long watchId) {
			this.thrower.cross(Crossing.CANCEL, () -> this.stream.cancel(watchId));
		}

		@Override
		public void requestProgress() {
			this.thrower.cross(Crossing.PROGRESS, this.stream::requestProgress);
		}

		@Override
		public void read(RangeRead read, ReadListener listener) {
			this.thrower.cross(Crossing.READ, () -> this.stream.read(read, listener));
		}

		@Override
		public void requestStatus() {
			this.thrower.cross(Crossing.STATUS, this.stream::requestStatus);
		}

		/** A transport that throws has closed it all the same. */
		@Override
		public void close() {
			try {
				this.thrower.cross(Crossing.CLOSE, this.stream::close);
			}
			finally {
				this.stream.close();
			}
		}

	}

}

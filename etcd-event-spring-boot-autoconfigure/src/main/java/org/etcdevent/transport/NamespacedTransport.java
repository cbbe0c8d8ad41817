package org.etcdevent.transport;

import java.util.List;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.MemberStatus;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;

/**
 * Etcd as if it held only the keys of a namespace. What is behind it knows nothing of
 * that: neither feeds, nor meters, nor messages.
 */
public final class NamespacedTransport implements EtcdTransport {

	private final EtcdTransport etcd;

	private final Namespace namespace;

	/**
	 * The keys of a namespace.
	 * @param etcd all keys
	 * @param namespace what goes before every key; not empty
	 */
	public NamespacedTransport(EtcdTransport etcd, byte[] namespace) {
		this.etcd = etcd;
		this.namespace = new Namespace(namespace);
	}

	@Override
	public WatchStream open(WatchListener listener) {
		return new Stream(this.etcd.open(new Watches(listener)));
	}

	@Override
	public Loop.Timer read(RangeRead read, ReadListener listener) {
		return this.etcd.read(this.namespace.read(read), new Reads(listener));
	}

	@Override
	public Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		return this.etcd.readKeys(this.namespace.keys(keys), revision, timeoutNanos, new Reads(listener));
	}

	@Override
	public String toString() {
		return "'" + this.namespace + "' in " + this.etcd;
	}

	private final class Stream implements WatchStream {

		private final WatchStream stream;

		Stream(WatchStream stream) {
			this.stream = stream;
		}

		@Override
		public void create(long watchId, KeyRange range, long startRevision, boolean fragments) {
			this.stream.create(watchId, NamespacedTransport.this.namespace.range(range), startRevision, fragments);
		}

		@Override
		public void cancel(long watchId) {
			this.stream.cancel(watchId);
		}

		@Override
		public void requestProgress() {
			this.stream.requestProgress();
		}

		@Override
		public void read(RangeRead read, ReadListener listener) {
			this.stream.read(NamespacedTransport.this.namespace.read(read), new Reads(listener));
		}

		@Override
		public void requestStatus() {
			this.stream.requestStatus();
		}

		@Override
		public void close() {
			this.stream.close();
		}

		@Override
		public String toString() {
			return this.stream.toString();
		}

	}

	private final class Watches implements WatchListener {

		private final WatchListener listener;

		Watches(WatchListener listener) {
			this.listener = listener;
		}

		@Override
		public void onConnected() {
			this.listener.onConnected();
		}

		@Override
		public void onArriving() {
			this.listener.onArriving();
		}

		@Override
		public void onCreated(Stamp stamp, long watchId) {
			this.listener.onCreated(stamp, watchId);
		}

		@Override
		public void onCanceled(Stamp stamp, long watchId, Failure reason) {
			this.listener.onCanceled(stamp, watchId, reason);
		}

		@Override
		public void onEvents(Stamp stamp, long watchId, List<Entry> events, boolean fragment) {
			this.listener.onEvents(stamp, watchId, NamespacedTransport.this.namespace.relative(events), fragment);
		}

		@Override
		public void onProgress(Stamp stamp, long watchId, boolean ordered) {
			this.listener.onProgress(stamp, watchId, ordered);
		}

		@Override
		public void onStatus(MemberStatus status) {
			this.listener.onStatus(status);
		}

		@Override
		public void onClosed(Failure reason) {
			this.listener.onClosed(reason);
		}

	}

	private final class Reads implements ReadListener {

		private final ReadListener listener;

		Reads(ReadListener listener) {
			this.listener = listener;
		}

		@Override
		public void onPage(Page page) {
			this.listener.onPage(new Page(page.stamp(), NamespacedTransport.this.namespace.relative(page.entries()),
					page.more(), page.count(), page.bytes()));
		}

		@Override
		public void onFailure(Failure reason) {
			this.listener.onFailure(reason);
		}

	}

}

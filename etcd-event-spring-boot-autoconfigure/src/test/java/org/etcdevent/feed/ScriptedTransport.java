package org.etcdevent.feed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.EtcdTransport;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;
import org.etcdevent.etcd.WatchListener;
import org.etcdevent.etcd.WatchStream;

/**
 * Records what it is asked for; the test answers.
 */
final class ScriptedTransport implements EtcdTransport {

	final List<Stream> streams = new ArrayList<>();

	final List<Read> reads = new ArrayList<>();

	/** The reads that ask a quorum what it has. */
	final List<Read> questions = new ArrayList<>();

	/** The reads that are to confirm a range. */
	final List<Read> confirmations = new ArrayList<>();

	@Override
	public WatchStream open(WatchListener listener) {
		Stream stream = new Stream(listener);
		this.streams.add(stream);
		return stream;
	}

	@Override
	public Loop.Timer read(RangeRead read, ReadListener listener) {
		Read asked = new Read(read, List.of(), listener);
		listOf(read).add(asked);
		return () -> asked.canceled = true;
	}

	@Override
	public Loop.Timer readKeys(List<Key> keys, long revision, long timeoutNanos, ReadListener listener) {
		RangeRead read = new RangeRead(new byte[0], new byte[0], revision, 0, RangeRead.Detail.ALL, timeoutNanos);
		Read asked = new Read(read, List.copyOf(keys), listener);
		this.reads.add(asked);
		return () -> asked.canceled = true;
	}

	Stream stream() {
		return this.streams.get(this.streams.size() - 1);
	}

	/** The newest read. */
	Read read() {
		return this.reads.get(this.reads.size() - 1);
	}

	private List<Read> listOf(RangeRead read) {
		if (read.revision() == 0) {
			switch (read.detail()) {
				case KEYS -> {
					return (read.limit() == 1) ? this.questions : this.reads;
				}
				case COUNT, NEWEST -> {
					return this.confirmations;
				}
				case ALL -> {
					return this.reads;
				}
			}
		}
		return this.reads;
	}

	/** The newest question to a quorum. */
	Read question() {
		return this.questions.get(this.questions.size() - 1);
	}

	static Stamp stamp(long revision) {
		return new Stamp(1, revision, 2);
	}

	/**
	 * A read that was asked for.
	 */
	static final class Read {

		final RangeRead request;

		final List<Key> keys;

		private final ReadListener listener;

		boolean canceled;

		boolean answered;

		Read(RangeRead request, List<Key> keys, ReadListener listener) {
			this.request = request;
			this.keys = keys;
			this.listener = listener;
		}

		void answer(long revision, Entry... entries) {
			answer(stamp(revision), false, entries);
		}

		void answer(Stamp stamp, boolean more, Entry... entries) {
			this.answered = true;
			this.listener.onPage(new Page(stamp, Arrays.asList(entries), more, entries.length, 100L * entries.length));
		}

		void answerCount(Stamp stamp, long count) {
			answerCount(stamp, count, List.of());
		}

		void answerCount(Stamp stamp, long count, List<Entry> newest) {
			this.listener.onPage(new Page(stamp, newest, count > newest.size(), count, 0));
		}

		void fail(Failure.Kind kind) {
			this.answered = true;
			this.listener.onFailure(new Failure(kind, kind.name()));
		}

	}

	/**
	 * A stream that was opened.
	 */
	static final class Stream implements WatchStream {

		final WatchListener listener;

		final List<Long> creates = new ArrayList<>();

		final List<Long> starts = new ArrayList<>();

		final List<Boolean> fragments = new ArrayList<>();

		final List<KeyRange> ranges = new ArrayList<>();

		final List<Long> canceled = new ArrayList<>();

		/** The reads that are to be a sign of life. */
		final List<Read> pings = new ArrayList<>();

		int progressRequests;

		int statusRequests;

		boolean connected;

		boolean closed;

		Stream(WatchListener listener) {
			this.listener = listener;
		}

		@Override
		public void create(long watchId, KeyRange range, long startRevision, boolean withFragments) {
			this.creates.add(watchId);
			this.ranges.add(range);
			this.starts.add(startRevision);
			this.fragments.add(withFragments);
		}

		@Override
		public void cancel(long watchId) {
			this.canceled.add(watchId);
		}

		@Override
		public void requestProgress() {
			this.progressRequests++;
		}

		@Override
		public void read(RangeRead read, ReadListener answer) {
			this.pings.add(new Read(read, List.of(), answer));
		}

		@Override
		public void requestStatus() {
			this.statusRequests++;
		}

		@Override
		public void close() {
			this.closed = true;
		}

		/** The id of the n-th watch that was asked for, from 0. */
		long id(int n) {
			return this.creates.get(n);
		}

		void created(int n, long revision) {
			this.listener.onCreated(stamp(revision), id(n));
		}

		void refused(Failure.Kind kind) {
			this.listener.onCanceled(stamp(1), -1, new Failure(kind, kind.name()));
		}

		void canceled(int n, Failure.Kind kind) {
			this.listener.onCanceled(stamp(1), id(n), new Failure(kind, kind.name()));
		}

		void events(int n, boolean fragment, Entry... events) {
			this.listener.onEvents(stamp(events[events.length - 1].modRevision()), id(n), Arrays.asList(events),
					fragment);
		}

		void progress(long revision, boolean ordered) {
			this.listener.onProgress(stamp(revision), -1, ordered);
		}

	}

}

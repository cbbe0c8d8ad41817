package org.etcdevent.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.etcdevent.KeyRange;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.etcd.Key;
import org.etcdevent.etcd.Loop;
import org.etcdevent.etcd.Page;
import org.etcdevent.etcd.RangeRead;
import org.etcdevent.etcd.RangeRead.Detail;
import org.etcdevent.etcd.ReadListener;
import org.etcdevent.etcd.Stamp;

/**
 * A linearizable read under way, and how etcd answers it.
 */
final class ModelRead {

	private final ModelEtcd etcd;

	private final VirtualLoop loop;

	private final ReadListener listener;

	private boolean done;

	ModelRead(ModelEtcd etcd, VirtualLoop loop, ReadListener listener) {
		this.etcd = etcd;
		this.loop = loop;
		this.listener = listener;
	}

	Loop.Timer send(RangeRead read) {
		return send(read.timeoutNanos(), () -> page(read));
	}

	Loop.Timer send(List<Key> keys, long revision, long timeoutNanos) {
		return send(timeoutNanos, () -> values(keys, revision));
	}

	private Loop.Timer send(long timeoutNanos, Supplier<Page> server) {
		Loop.Timer timeout = this.loop.schedule(timeoutNanos, () -> fail(new Failure(Kind.TIMEOUT, "no answer")));
		Loop.Timer all = () -> {
			this.done = true;
			timeout.cancel();
		};
		if (this.etcd.isReachable()) {
			this.loop.schedule(this.etcd.latency(), () -> serve(server, all));
		}
		else if (!this.etcd.isSwallowing()) {
			later(all, (it) -> it.onFailure(new Failure(Kind.UNAVAILABLE, "connection refused")));
		}
		return all;
	}

	private void serve(Supplier<Page> server, Loop.Timer all) {
		if (!this.etcd.isReachable()) {
			return;
		}
		try {
			Page page = server.get();
			later(all, (it) -> it.onPage(page));
		}
		catch (Refused ex) {
			later(all, (it) -> it.onFailure(ex.reason));
		}
	}

	private void later(Loop.Timer all, Consumer<ReadListener> answer) {
		this.loop.schedule(this.etcd.latency(), () -> {
			if (!this.done) {
				all.cancel();
				this.etcd.heard();
				answer.accept(this.listener);
			}
		});
	}

	private void fail(Failure reason) {
		if (!this.done) {
			this.done = true;
			this.listener.onFailure(reason);
		}
	}

	private Page page(RangeRead read) {
		Failure failure = this.etcd.readFailure(read);
		if (failure != null) {
			throw new Refused(failure);
		}
		long revision = (read.revision() > 0) ? read.revision() : this.etcd.store().revision();
		requireRevision(revision);
		KeyRange range = (read.end().length == 0) ? KeyRange.key(read.start())
				: KeyRange.between(read.start(), read.end());
		NavigableMap<Key, Entry> all = this.etcd.store().current().stateAt(range, revision);
		long limit = (read.limit() > 0) ? read.limit() : Long.MAX_VALUE;
		List<Entry> part = switch (read.detail()) {
			case ALL -> all.values().stream().limit(limit).toList();
			case KEYS -> all.values().stream().limit(limit).map(ModelRead::withoutValue).toList();
			case COUNT -> List.of();
			case NEWEST -> all.values()
				.stream()
				.max(Comparator.comparingLong(Entry::modRevision))
				.map(ModelRead::withoutValue)
				.stream()
				.toList();
		};
		boolean more = read.detail() != Detail.COUNT && part.size() < all.size();
		if (this.etcd.hasImpossiblePages() && (read.detail() == Detail.ALL || read.detail() == Detail.KEYS)) {
			return impossible(part, all.size());
		}
		long bytes = part.stream().mapToLong((entry) -> entry.key().bytes().length + entry.value().length).sum();
		return new Page(this.etcd.store().stamp(this.etcd.store().revision()), part, more, all.size(), bytes);
	}

	/** No keys although more follow, keys from elsewhere, or in another order. */
	private Page impossible(List<Entry> part, int count) {
		Stamp stamp = this.etcd.store().stamp(this.etcd.store().revision());
		List<Entry> wrong = new ArrayList<>(part);
		int kind = (int) this.etcd.random(3);
		if (kind == 0) {
			return new Page(stamp, List.of(), true, count, 0);
		}
		if (kind == 1 || wrong.size() < 2) {
			wrong.add(0, new Entry(ModelStore.key(""), new byte[0], stamp.revision()));
		}
		else {
			Collections.reverse(wrong);
		}
		return new Page(stamp, wrong, false, count, 0);
	}

	private void requireRevision(long revision) {
		if (revision < this.etcd.store().compacted()) {
			throw new Refused(new Failure(Kind.COMPACTED, "compacted"));
		}
		if (revision > this.etcd.store().revision()) {
			throw new Refused(new Failure(Kind.OTHER, "future revision"));
		}
	}

	private static Entry withoutValue(Entry entry) {
		return new Entry(entry.key(), new byte[0], entry.modRevision());
	}

	private Page values(List<Key> keys, long revision) {
		requireRevision(revision);
		List<Entry> found = new ArrayList<>();
		for (Key key : keys) {
			Entry entry = this.etcd.store().current().stateAt(revision).get(key);
			if (entry != null) {
				found.add(entry);
			}
		}
		return new Page(this.etcd.store().stamp(this.etcd.store().revision()), found, false, found.size(), 0);
	}

	private static final class Refused extends RuntimeException {

		private final transient Failure reason;

		Refused(Failure reason) {
			super(reason.message());
			this.reason = reason;
		}

	}

}

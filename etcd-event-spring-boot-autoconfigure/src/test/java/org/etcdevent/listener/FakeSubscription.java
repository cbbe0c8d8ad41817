package org.etcdevent.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdSnapshot;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.EtcdWatcherClosedException;
import org.etcdevent.KeyRange;
import org.etcdevent.core.Delivery;
import org.etcdevent.core.Handled;
import org.etcdevent.core.Subscription;
import org.etcdevent.core.WatchStatus;
import org.mockito.Mockito;
import org.mockito.invocation.InvocationOnMock;

import static org.mockito.Mockito.withSettings;

/**
 * A subscription to a {@link FakeEtcd}, as simple as the contract lets it be.
 */
final class FakeSubscription {

	private static final Map<Handled, Map<String, Long>> HANDLED = new HashMap<>();

	private final FakeEtcd etcd;

	private final KeyRange range;

	private final EtcdDecoder<?> decoder;

	private final Condition changed;

	/** Key to attempts in a row, in order. All by the lock of etcd. */
	private final Map<String, Integer> pending = new LinkedHashMap<>();

	private final Map<String, Long> due = new HashMap<>();

	private final Set<String> inFlight = new HashSet<>();

	private final Set<String> changedInFlight = new HashSet<>();

	private final Map<String, Long> handled = new HashMap<>();

	private final Set<String> unsynced = new LinkedHashSet<>();

	private final Map<Delivery<?>, Map<String, Long>> taken = new HashMap<>();

	private final Map<Delivery<?>, Map<String, Integer>> attempts = new HashMap<>();

	private boolean told;

	private boolean closed;

	EtcdWatchState state = EtcdWatchState.LIVE;

	String lastError;

	final List<String> answers = FakeEtcd.list();

	final Handled from;

	FakeSubscription(FakeEtcd etcd, KeyRange range, EtcdDecoder<?> decoder, Handled from) {
		this.etcd = etcd;
		this.range = range;
		this.decoder = decoder;
		this.from = from;
		this.changed = etcd.lock.newCondition();
		etcd.lock.lock();
		try {
			this.handled.putAll(HANDLED.getOrDefault(from, Map.of()));
			Set<String> keys = new LinkedHashSet<>(etcd.store().keySet());
			keys.addAll(this.handled.keySet());
			keys.forEach(this::changed);
			this.unsynced.addAll(this.pending.keySet());
		}
		finally {
			etcd.lock.unlock();
		}
	}

	Subscription<?> mock() {
		return Mockito.mock(Subscription.class, withSettings().stubOnly().defaultAnswer(this::answer));
	}

	void changed(String key) {
		if (!this.range.contains(FakeEtcd.bytes(key))) {
			return;
		}
		if (this.inFlight.contains(key)) {
			this.changedInFlight.add(key);
		}
		else if (revision(key) != this.handled.getOrDefault(key, 0L)) {
			this.pending.putIfAbsent(key, 0);
		}
		else {
			this.pending.remove(key);
		}
		this.changed.signalAll();
	}

	private long revision(String key) {
		return this.etcd.store().containsKey(key) ? this.etcd.store().get(key).revision() : 0;
	}

	private Object answer(InvocationOnMock invocation) throws Throwable {
		this.etcd.lock.lockInterruptibly();
		try {
			return switch (invocation.getMethod().getName()) {
				case "take" -> take(TakeMode.ONE);
				case "takeAll" -> take(TakeMode.ALL);
				case "takeSnapshot" -> take(TakeMode.SNAPSHOT);
				case "handled" -> answer("handled", invocation.getArgument(0), null);
				case "failed" -> answer("failed", invocation.getArgument(0), invocation.getArgument(1));
				case "release" -> answer("released", invocation.getArgument(0), null);
				case "isSynced" -> !this.etcd.silent && this.unsynced.isEmpty();
				case "awaitSynced" -> awaitSynced(invocation.getArgument(0));
				case "status" -> status();
				case "stop" -> stop();
				case "close" -> close();
				default -> invocation.getMethod().getName();
			};
		}
		finally {
			this.etcd.lock.unlock();
		}
	}

	private Delivery<?> take(TakeMode mode) throws Exception {
		while (true) {
			checkOpen();
			List<String> ready = new ArrayList<>();
			long wait = TimeUnit.DAYS.toNanos(1);
			for (String key : this.pending.keySet()) {
				long left = this.due.getOrDefault(key, System.nanoTime()) - System.nanoTime();
				if (left <= 0) {
					ready.add(key);
				}
				wait = Math.min(wait, left);
			}
			if (!ready.isEmpty() || (mode == TakeMode.SNAPSHOT && !this.told && this.unsynced.isEmpty())) {
				this.told = true;
				return deliver((mode == TakeMode.ONE) ? ready.subList(0, 1) : ready);
			}
			this.changed.awaitNanos(wait);
		}
	}

	private Delivery<?> deliver(List<String> keys) throws Exception {
		List<EtcdUpdate<Object>> updates = new ArrayList<>();
		Map<String, Long> revisions = new HashMap<>();
		Map<String, Integer> attempts = new HashMap<>();
		for (String key : keys) {
			FakeEtcd.Stored stored = this.etcd.store().get(key);
			Object value = (stored != null) ? decoded(key, stored) : null;
			int attempt = this.pending.remove(key) + 1;
			this.due.remove(key);
			this.inFlight.add(key);
			attempts.put(key, attempt);
			revisions.put(key, (stored != null) ? stored.revision() : 0);
			updates.add(EtcdUpdate.of(FakeEtcd.bytes(key), value,
					(stored != null) ? stored.revision() : this.etcd.revision(), this.unsynced.contains(key), attempt));
		}
		Map<String, Object> entries = new TreeMap<>();
		for (Map.Entry<String, FakeEtcd.Stored> entry : this.etcd.store().entrySet()) {
			if (this.range.contains(FakeEtcd.bytes(entry.getKey()))) {
				entries.put(entry.getKey(), decoded(entry.getKey(), entry.getValue()));
			}
		}
		EtcdSnapshot<Object> snapshot = EtcdSnapshot.of(this.etcd.revision(), entries);
		Delivery<Object> delivery = delivery(updates, snapshot,
				attempts.values().stream().mapToInt(Integer::intValue).max().orElse(1));
		this.taken.put(delivery, revisions);
		this.attempts.put(delivery, attempts);
		return delivery;
	}

	private Object decoded(String key, FakeEtcd.Stored stored) throws Exception {
		return this.decoder.decode(FakeEtcd.bytes(key), FakeEtcd.bytes(stored.value()));
	}

	@SuppressWarnings("unchecked")
	static Delivery<Object> delivery(List<EtcdUpdate<Object>> updates, EtcdSnapshot<Object> snapshot, int attempt) {
		return Mockito.mock(Delivery.class,
				withSettings().stubOnly().defaultAnswer((invocation) -> switch (invocation.getMethod().getName()) {
					case "update" -> updates.get(0);
					case "updates" -> updates;
					case "snapshot" -> snapshot;
					case "revision" -> (snapshot != null) ? snapshot.revision() : updates.get(0).revision();
					case "attempt" -> attempt;
					case "hashCode" -> System.identityHashCode(invocation.getMock());
					case "equals" -> invocation.getMock() == invocation.getArgument(0);
					default -> "a delivery";
				}));
	}

	private Object answer(String what, Delivery<?> delivery, Duration delay) {
		if (this.closed) {
			return null;
		}
		Map<String, Long> revisions = this.taken.remove(delivery);
		Map<String, Integer> attempts = this.attempts.remove(delivery);
		this.answers.add(what + " " + revisions.keySet() + ((delay != null) ? " " + delay.toMillis() : ""));
		revisions.forEach((key, revision) -> {
			this.inFlight.remove(key);
			boolean newer = this.changedInFlight.remove(key) && revision(key) != revision;
			if (!what.equals("released")) {
				this.unsynced.remove(key);
			}
			if (what.equals("handled")) {
				this.handled.put(key, revision);
				if (revision == 0) {
					this.handled.remove(key);
				}
				if (newer) {
					this.pending.put(key, 0);
				}
			}
			else {
				this.pending.put(key, attempts.get(key) - (what.equals("released") ? 1 : 0));
				if (delay != null) {
					this.due.put(key, System.nanoTime() + delay.toNanos());
				}
			}
		});
		this.changed.signalAll();
		return null;
	}

	private boolean awaitSynced(Duration timeout) throws InterruptedException {
		long left = timeout.toNanos();
		while ((this.etcd.silent || !this.unsynced.isEmpty()) && left > 0) {
			checkOpen();
			left = this.changed.awaitNanos(left);
		}
		return !this.etcd.silent && this.unsynced.isEmpty();
	}

	private WatchStatus status() {
		return new WatchStatus(this.range, this.state, this.etcd.revision(), Duration.ZERO, this.pending.size(), 0, 0,
				Map.of(), 0, 0, 0, this.lastError);
	}

	private Handled stop() {
		Handled handled = Mockito.mock(Handled.class);
		HANDLED.put(handled, new HashMap<>(this.handled));
		close();
		return handled;
	}

	Object close() {
		this.etcd.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
			return null;
		}
		finally {
			this.etcd.lock.unlock();
		}
	}

	boolean isClosed() {
		this.etcd.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.etcd.lock.unlock();
		}
	}

	private void checkOpen() {
		if (this.closed) {
			throw new EtcdWatcherClosedException("closed", null);
		}
	}

}

package org.etcdevent.chaos;

import java.lang.module.ModuleDescriptor.Version;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.etcdevent.testsupport.EtcdAdmin;
import org.etcdevent.testsupport.EtcdCluster;

/**
 * Forgets all history every 200 ms. Thread-safe.
 */
final class Compaction implements AutoCloseable {

	private static final int PERIOD_MILLIS = 200;

	private final EtcdAdmin admin;

	/**
	 * Older servers do not tell a deletion at the very revision of a compaction
	 * (etcd#19179): with them, the revision is one of no key that is followed.
	 */
	private final boolean anyRevision;

	private final AtomicLong count = new AtomicLong();

	private final ReentrantLock turn = new ReentrantLock();

	/** Guarded by the turn. */
	private boolean paused;

	/** The revision of the latest compaction; guarded by the turn. */
	private long compacted;

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "chaos-compaction");
		thread.setDaemon(true);
		return thread;
	});

	Compaction(EtcdCluster cluster) {
		this.admin = cluster.admin();
		Version version = Version.parse(this.admin.status(cluster.member(0).endpoint()).getVersion());
		this.anyRevision = version.compareTo(Version.parse("3.5.18")) >= 0;
	}

	void start() {
		this.timer.scheduleWithFixedDelay(this::tryToCompact, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void tryToCompact() {
		try {
			compact();
		}
		catch (IllegalStateException ex) {
			// etcd is down at the moment, or was set back in between.
		}
	}

	/** Forgets all history now. */
	void compact() {
		this.turn.lock();
		try {
			if (this.paused) {
				return;
			}
			long revision = this.anyRevision ? this.admin.revision() : this.admin.put("barrier", "");
			// etcd refuses to compact twice at one revision, as when nothing is written
			// in between.
			if (revision != this.compacted) {
				this.admin.compact(revision);
				this.compacted = revision;
				this.count.incrementAndGet();
			}
		}
		finally {
			this.turn.unlock();
		}
	}

	/** Forgets nothing from now on. */
	void pause() {
		pause(true);
	}

	void resume() {
		pause(false);
	}

	private void pause(boolean paused) {
		this.turn.lock();
		try {
			this.paused = paused;
		}
		finally {
			this.turn.unlock();
		}
	}

	long count() {
		return this.count.get();
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

}

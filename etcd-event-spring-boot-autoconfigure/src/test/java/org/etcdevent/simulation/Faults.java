package org.etcdevent.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;

import org.etcdevent.feed.Failure;
import org.etcdevent.feed.Failure.Kind;

/**
 * What happens to etcd and to the way there, drawn from a seed.
 */
final class Faults {

	private static final Kind[] KINDS = Kind.values();

	private final ModelEtcd etcd;

	private final VirtualLoop loop;

	private final RandomGenerator random;

	private boolean calm;

	Faults(ModelEtcd etcd, VirtualLoop loop, RandomGenerator random) {
		this.etcd = etcd;
		this.loop = loop;
		this.random = random;
	}

	void next() {
		switch (this.random.nextInt(16)) {
			case 0, 1 -> this.etcd.cut(anyFailure(), this.random.nextBoolean());
			case 2 -> this.etcd.silence();
			case 3 -> outage(this.random.nextBoolean());
			case 4 -> this.etcd.compact(this.etcd.store().revision() - this.random.nextInt(3));
			case 5 -> awayDuringCompaction();
			case 6 -> this.etcd.restart();
			case 7 -> restore();
			case 8 -> denied();
			case 9 -> this.etcd.cancelWatch(cancelFailure());
			case 10 -> this.etcd.delayWatch(upTo(8_000));
			case 11 -> this.etcd.tellProgress();
			case 12 -> slow();
			case 13 -> failingReads();
			case 14 -> lag();
			default -> noProgress();
		}
	}

	/** From now on nothing goes wrong any more. */
	void end() {
		this.calm = true;
		heal();
	}

	private void heal() {
		this.etcd.reachable(true, false);
		this.etcd.refuseWatches((range) -> null);
		this.etcd.failReads((read) -> null);
		this.etcd.latency(Duration.ofMillis(5));
		this.etcd.answersProgress(true);
		this.etcd.lag(0);
	}

	private void later(Duration delay, Runnable action) {
		this.loop.schedule(delay.toNanos(), () -> {
			if (!this.calm) {
				action.run();
			}
		});
	}

	private void outage(boolean silently) {
		this.etcd.reachable(false, silently);
		if (silently) {
			this.etcd.silence();
		}
		else {
			this.etcd.cut(new Failure(Kind.UNAVAILABLE, "gone"), false);
		}
		later(upTo(15_000), () -> this.etcd.reachable(true, false));
	}

	private void awayDuringCompaction() {
		outage(false);
		later(upTo(10_000), () -> {
			this.etcd.delete("a/1");
			this.etcd.compact();
		});
	}

	private void restore() {
		long back = Math.min(this.etcd.store().revision() - 1, 1 + this.random.nextInt(30));
		this.etcd.restore(this.etcd.store().revision() - back, this.random.nextBoolean());
		// Written on before anyone is back, so that the revision tells nothing.
		for (long i = 0; i < back && this.random.nextInt(4) > 0; i++) {
			this.etcd.put("a/" + this.random.nextInt(3), "after the restore " + i);
		}
	}

	private void denied() {
		this.etcd.refuseWatches((range) -> this.random.nextBoolean() ? failure(Kind.PERMISSION_DENIED) : null);
		this.etcd.failReads((read) -> this.random.nextBoolean() ? failure(Kind.PERMISSION_DENIED) : null);
		this.etcd.cancelWatch(failure(Kind.PERMISSION_DENIED));
		later(upTo(20_000), () -> {
			this.etcd.refuseWatches((range) -> null);
			this.etcd.failReads((read) -> null);
		});
	}

	private void failingReads() {
		this.etcd.failReads((read) -> (this.random.nextInt(3) > 0) ? anyFailure() : null);
		this.etcd.compact();
		this.etcd.cut(failure(Kind.NO_LEADER), true);
		later(upTo(10_000), () -> this.etcd.failReads((read) -> null));
	}

	private void slow() {
		this.etcd.latency(upTo(1_500));
		later(upTo(20_000), () -> this.etcd.latency(Duration.ofMillis(5)));
	}

	private void lag() {
		this.etcd.lag(1 + this.random.nextInt(20));
		this.etcd.cut(failure(Kind.UNAVAILABLE), false);
		later(upTo(15_000), () -> this.etcd.lag(0));
	}

	private void noProgress() {
		this.etcd.answersProgress(false);
		later(upTo(60_000), () -> this.etcd.answersProgress(true));
	}

	private Failure anyFailure() {
		return failure(KINDS[this.random.nextInt(KINDS.length)]);
	}

	/** A watch is told that it is compacted only if it is. */
	private Failure cancelFailure() {
		return failure(this.random.nextBoolean() ? Kind.OTHER : Kind.NO_LEADER);
	}

	private static Failure failure(Kind kind) {
		return new Failure(kind, kind.name());
	}

	private Duration upTo(int millis) {
		return Duration.ofMillis(1 + this.random.nextInt(millis));
	}

}

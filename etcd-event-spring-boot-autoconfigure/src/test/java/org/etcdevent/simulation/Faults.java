package org.etcdevent.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

import io.grpc.Status;
import org.etcdevent.etcd.Failure;
import org.etcdevent.etcd.Failure.Kind;
import org.etcdevent.transport.StatusFailures;

/**
 * What happens to etcd and to the way there, drawn from a seed. Each fault has a number
 * and draws of its own, so that a run can be repeated without some of them.
 */
final class Faults {

	/** How likely a restore is in a run in which it is stealthy. */
	private static final int STEALTHY_RESTORES = 4;

	private static final Fault[] FAULTS = Fault.values();

	private static final Crossing[] CROSSINGS = Crossing.values();

	private static final Status.Code[] CODES = Status.Code.values();

	private static final String[] DESCRIPTIONS = { "", "http2 exception", "etcdserver: no leader",
			"etcdserver: request timed out", "rpc error: code = Unavailable desc = etcdserver: leader changed",
			"rpc error: code = Unauthenticated desc = etcdserver: invalid auth token",
			"etcdserver: permission denied" };

	private static final Set<Fault> COMPACTING = EnumSet.of(Fault.COMPACTED, Fault.COMPACTED_AT_DELETION,
			Fault.COMPACTED_WHILE_AWAY, Fault.READS_FAIL, Fault.CUT_IN_PAGES, Fault.PAGES_IMPOSSIBLE);

	private final ModelEtcd etcd;

	private final VirtualLoop loop;

	private final Writers writers;

	private final Mishaps mishaps;

	private final Thrower thrower;

	private final Trace trace;

	private final Profile.FaultRates rates;

	private final SplittableRandom random;

	/** Those not to let happen, by number. */
	private final Set<Integer> without;

	/** How likely each is in this run, against the others. */
	private final int[] weights = new int[FAULTS.length];

	/**
	 * Whether a restore shows by nothing but events that are not what they were. Where
	 * those are compacted, too, nothing is promised.
	 */
	private final boolean stealthy;

	private final List<Fault> struck = new ArrayList<>();

	private int number;

	private boolean calm;

	Faults(ModelEtcd etcd, VirtualLoop loop, Writers writers, Mishaps mishaps, Thrower thrower, Trace trace,
			Profile.FaultRates rates, SplittableRandom random, Set<Integer> without, boolean stealthy) {
		this.etcd = etcd;
		this.loop = loop;
		this.writers = writers;
		this.mishaps = mishaps;
		this.thrower = thrower;
		this.trace = trace;
		this.rates = rates;
		this.random = random;
		this.without = without;
		for (int i = 0; i < this.weights.length; i++) {
			int drawn = Math.max(0, rates.weight().draw(random));
			this.weights[i] = rates.possible().contains(FAULTS[i]) ? rates.fixed().getOrDefault(FAULTS[i], drawn) : 0;
		}
		this.stealthy = stealthy;
		if (stealthy) {
			COMPACTING.forEach((fault) -> this.weights[fault.ordinal()] = 0);
			this.weights[Fault.RESTORED.ordinal()] = STEALTHY_RESTORES;
		}
	}

	void next() {
		Fault fault = any();
		SplittableRandom own = this.random.split();
		if (!this.without.contains(this.number++)) {
			this.struck.add(fault);
			this.trace.add(() -> "fault " + fault);
			strike(fault, own);
		}
	}

	private Fault any() {
		int sum = 0;
		for (int weight : this.weights) {
			sum += weight;
		}
		int drawn = this.random.nextInt(sum);
		int i = 0;
		while (drawn >= this.weights[i]) {
			drawn -= this.weights[i++];
		}
		return FAULTS[i];
	}

	private void strike(Fault fault, RandomGenerator own) {
		switch (fault) {
			case CUT -> this.etcd.cut(new Failure(Kind.UNAVAILABLE, "reset"), false);
			case STREAM_ENDED -> this.etcd.cut(anyFailure(own), own.nextBoolean());
			case CUT_IN_FRAGMENTS -> this.etcd.cutInFragments(anyFailure(own));
			case HALF_OPEN -> this.etcd.silence();
			case OUTAGE, BLACK_HOLE -> outage(fault, own);
			case COMPACTED -> this.etcd.compact(this.etcd.store().revision() - this.rates.compactedBack().draw(own));
			case COMPACTED_WHILE_AWAY, COMPACTED_AT_DELETION -> compactedAway(fault, own);
			case RESTARTED -> this.etcd.restart();
			case RESTORED -> restore(own);
			case RESTORED_BY_RECIPE, PUT_BACK -> restoreHidden(fault, own);
			case PERMISSION_MISSING -> denied(own);
			case TOKEN_EXPIRED -> tokenExpired(own);
			case LOGINS_REFUSED -> loginsRefused(own);
			case LOGINS_SLOW -> meetLater(fault, own, () -> this.etcd.loginDelay(upTo(this.rates.slowLogin(), own)),
					() -> this.etcd.loginDelay(Duration.ZERO));
			case ADDRESSES_DEAD ->
				meetLater(fault, own, () -> this.etcd.deadAddresses(true), () -> this.etcd.deadAddresses(false));
			case CREATES_REFUSED -> refused(own);
			case CREATES_SLOW -> meetLater(fault, own, () -> this.etcd.createDelay(upTo(this.rates.slowCreate(), own)),
					() -> this.etcd.createDelay(Duration.ZERO));
			case WATCH_CANCELED -> this.etcd.cancelWatch(cancelFailure(own));
			case WATCH_DELAYED -> this.etcd.delayWatch(anyTime(fault, own));
			case READS_FAIL, CUT_IN_PAGES -> failingReads(fault, own);
			case PAGES_IMPOSSIBLE ->
				meetLater(fault, own, this::impossiblePages, () -> this.etcd.impossiblePages(false));
			case EVENT_OUTSIDE -> this.etcd.eventOutside();
			case CALLS_THROW -> this.thrower.arm(CROSSINGS[own.nextInt(CROSSINGS.length)], own.nextBoolean(),
					own.nextBoolean(), this.rates.thrown().draw(own));
			case SLOW_LINK -> slow(own);
			case MEMBER_LAGS -> lag(own);
			case LEFT_BEHIND -> this.etcd.leaveBehind();
			case PROGRESS -> this.etcd.tellProgress();
			case PROGRESS_LATE -> lateProgress(own);
			case PROGRESS_NEVER -> noProgress(own);
			case EVENTS_REPEATED -> repeated(own);
			case LEASE_EXPIRED -> this.writers.expireLease();
			case CLOCK_JUMP -> this.loop.freeze(anyTime(Fault.CLOCK_JUMP, own));
			case HANDLER_FAILS_ALWAYS, POISON, HANDLER_SKIPS, HANDLER_STOPS, ERROR_HANDLER_FAILS, HANDLER_SLOW,
					HANDLER_HANGS, HANDLER_REENTRANT, THREADS_REFUSED ->
				this.mishaps.strike(fault, own);
		}
	}

	/** From now on nothing goes wrong any more. */
	void end() {
		this.calm = true;
		this.mishaps.end();
		this.thrower.disarm();
		this.etcd.loginsRefused(false);
		this.etcd.loginDelay(Duration.ZERO);
		this.etcd.deadAddresses(false);
		this.etcd.createDelay(Duration.ZERO);
		this.etcd.impossiblePages(false);
		this.etcd.reachable(true, false);
		this.etcd.refuseWatches((range) -> null);
		this.etcd.failReads((read) -> null);
		this.etcd.latency(this.rates.latency());
		this.etcd.answersProgress(true);
		this.etcd.progressDelay(Duration.ZERO);
		this.etcd.repeats(false);
		this.etcd.cutInFragments(null);
		this.etcd.lag(0);
	}

	List<Fault> struck() {
		return this.struck;
	}

	/** How many there were, those included that were left out. */
	int number() {
		return this.number;
	}

	/** How long what was sent before the end may be on its way. */
	Duration onItsWay() {
		return this.rates.slowLatency().multipliedBy(2).plus(this.rates.lateProgress()).plusMillis(500);
	}

	private void later(Duration delay, Runnable action) {
		this.loop.schedule(delay.toNanos(), () -> {
			if (!this.calm) {
				action.run();
			}
		});
	}

	private void outage(Fault fault, RandomGenerator own) {
		boolean silently = fault == Fault.BLACK_HOLE;
		this.etcd.reachable(false, silently);
		if (silently) {
			this.etcd.silence();
		}
		else {
			this.etcd.cut(new Failure(Kind.UNAVAILABLE, "gone"), false);
		}
		later(anyTime(fault, own), () -> this.etcd.reachable(true, false));
	}

	private void compactedAway(Fault fault, RandomGenerator own) {
		outage(Fault.OUTAGE, own);
		later(anyTime(fault, own), () -> {
			this.writers.delete(own);
			if (fault == Fault.COMPACTED_WHILE_AWAY) {
				this.writers.write(own);
			}
			this.etcd.compact();
		});
	}

	private void restore(RandomGenerator own) {
		long back = Math.min(this.etcd.store().revision() - 1, this.rates.restoredBack().draw(own));
		if (this.stealthy) {
			this.etcd.restoreStealthily(this.etcd.store().revision() - back);
			for (long i = 0; i <= back; i++) {
				this.writers.writeEverywhere();
			}
			return;
		}
		this.etcd.restore(this.etcd.store().revision() - back, own.nextBoolean());
		// Written on before anyone is back, so that the revision tells nothing.
		for (long i = 0; i < back && !this.rates.stops().happens(own); i++) {
			this.writers.write(own);
		}
	}

	/** Written on past what was known, with compactions or without. */
	private void restoreHidden(Fault fault, RandomGenerator own) {
		long back = Math.min(this.etcd.store().revision() - 1, this.rates.restoredBack().draw(own));
		long known = this.etcd.store().revision();
		this.etcd.restoreHidden(known - back, fault == Fault.RESTORED_BY_RECIPE);
		while (this.etcd.store().revision() < known || own.nextBoolean()) {
			this.writers.write(own);
		}
		if (own.nextBoolean()) {
			this.etcd.compact(this.etcd.store().revision() - this.rates.compactedBack().draw(own));
		}
	}

	private void denied(RandomGenerator own) {
		Failure denied = new Failure(Kind.PERMISSION_DENIED, "permission denied");
		this.etcd.refuseWatches((range) -> this.rates.denied().happens(own) ? denied : null);
		this.etcd.failReads((read) -> this.rates.denied().happens(own) ? denied : null);
		this.etcd.cancelWatch(denied);
		later(anyTime(Fault.PERMISSION_MISSING, own), () -> {
			this.etcd.refuseWatches((range) -> null);
			this.etcd.failReads((read) -> null);
		});
	}

	private void tokenExpired(RandomGenerator own) {
		this.etcd.expireTokens();
		this.etcd.cancelWatch(cancelFailure(own));
		Failure expired = new Failure(Kind.UNAUTHENTICATED, "invalid auth token");
		this.etcd.failReads((read) -> this.rates.denied().happens(own) ? expired : null);
		later(anyTime(Fault.TOKEN_EXPIRED, own), () -> this.etcd.failReads((read) -> null));
	}

	private void refused(RandomGenerator own) {
		this.etcd.refuseWatches((range) -> this.rates.spared().happens(own) ? null : anyFailure(own));
		this.etcd.cut(anyFailure(own), true);
		later(anyTime(Fault.CREATES_REFUSED, own), () -> this.etcd.refuseWatches((range) -> null));
	}

	/** The old token is worth nothing either. */
	private void loginsRefused(RandomGenerator own) {
		this.etcd.loginsRefused(true);
		this.etcd.cut(new Failure(Kind.UNAUTHENTICATED, "invalid auth token"), true);
		later(anyTime(Fault.LOGINS_REFUSED, own), () -> this.etcd.loginsRefused(false));
	}

	/** Who comes back after a loss meets something for a while. */
	private void meetLater(Fault fault, RandomGenerator own, Runnable begin, Runnable end) {
		begin.run();
		this.etcd.cut(new Failure(Kind.UNAVAILABLE, "gone"), false);
		later(anyTime(fault, own), end);
	}

	private void impossiblePages() {
		this.etcd.impossiblePages(true);
		// What is known leads nowhere, so that ranges are read.
		this.etcd.compact();
	}

	private void failingReads(Fault fault, RandomGenerator own) {
		boolean inTheMiddle = fault == Fault.CUT_IN_PAGES;
		this.etcd.failReads((read) -> ((inTheMiddle && read.revision() == 0) || this.rates.spared().happens(own)) ? null
				: anyFailure(own));
		this.writers.delete(own);
		this.etcd.compact();
		this.etcd.cut(new Failure(Kind.NO_LEADER, "no leader"), true);
		later(anyTime(fault, own), () -> this.etcd.failReads((read) -> null));
	}

	private void slow(RandomGenerator own) {
		this.etcd.latency(upTo(this.rates.slowLatency(), own));
		later(anyTime(Fault.SLOW_LINK, own), () -> this.etcd.latency(this.rates.latency()));
	}

	private void lag(RandomGenerator own) {
		this.etcd.lag(this.rates.lag().draw(own));
		this.etcd.cut(new Failure(Kind.UNAVAILABLE, "gone"), false);
		later(anyTime(Fault.MEMBER_LAGS, own), () -> this.etcd.lag(0));
	}

	private void lateProgress(RandomGenerator own) {
		this.etcd.progressDelay(upTo(this.rates.lateProgress(), own));
		later(anyTime(Fault.PROGRESS_LATE, own), () -> this.etcd.progressDelay(Duration.ZERO));
	}

	private void noProgress(RandomGenerator own) {
		this.etcd.answersProgress(false);
		later(anyTime(Fault.PROGRESS_NEVER, own), () -> this.etcd.answersProgress(true));
	}

	private void repeated(RandomGenerator own) {
		this.etcd.repeats(true);
		later(anyTime(Fault.EVENTS_REPEATED, own), () -> this.etcd.repeats(false));
	}

	/** Any status, with and without a description. */
	private static Failure anyFailure(RandomGenerator own) {
		Status status = CODES[own.nextInt(CODES.length)].toStatus();
		int description = own.nextInt(2 * DESCRIPTIONS.length);
		return StatusFailures
			.of((description < DESCRIPTIONS.length) ? status.withDescription(DESCRIPTIONS[description]) : status);
	}

	/** A watch is told that it is compacted only if it is. */
	private static Failure cancelFailure(RandomGenerator own) {
		return own.nextBoolean() ? new Failure(Kind.OTHER, "canceled") : new Failure(Kind.NO_LEADER, "no leader");
	}

	private Duration anyTime(Fault fault, RandomGenerator own) {
		return upTo(this.rates.longest().get(fault), own);
	}

	private static Duration upTo(Duration longest, RandomGenerator own) {
		return Duration.ofMillis(1 + own.nextInt((int) longest.toMillis()));
	}

}

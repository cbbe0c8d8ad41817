package org.etcdevent.simulation;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What runs of a simulation are like: what can happen in them, how often, and how long it
 * takes. Runs of the same profile and seed are the same. Immutable.
 *
 * @param name the name, for {@code -Dsimulation.profile}
 * @param servers what etcd and the way to it are like
 * @param clients what the feeds and their consumers are like
 * @param course what happens in a step
 * @param writes what is written
 * @param faults what goes wrong
 * @param calls what happens where consumers are called
 */
record Profile(String name, Servers servers, Clients clients, Course course, Writes writes, FaultRates faults,
		Calls calls) {

	/**
	 * Everything that can go wrong, each fault in most runs, and connections that are
	 * lost in all of them. One run of 50 has a large range.
	 */
	static final Profile USUAL = new Profile("usual", Servers.USUAL, Clients.USUAL, Course.USUAL, Writes.USUAL,
			FaultRates.USUAL, Calls.USUAL);

	/**
	 * As usual, but etcd is set back so that only the past of a range shows it. What is
	 * delivered until it is noticed may be of both histories.
	 */
	static final Profile RESTORES = new Profile("restores", Servers.USUAL, Clients.SMALL, Course.USUAL, Writes.USUAL,
			FaultRates.RESTORES, Calls.USUAL);

	static final List<Profile> ALL = List.of(USUAL, RESTORES);

	/**
	 * Looks a profile up.
	 * @throws IllegalArgumentException if there is no profile of that name
	 */
	static Profile named(String name) {
		return ALL.stream()
			.filter((profile) -> profile.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no profile '" + name + "' but "
					+ Arrays.toString(ALL.stream().map(Profile::name).toArray())));
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * Drawn once for a run, unless it says otherwise.
	 *
	 * @param fragments whether large messages come in fragments
	 * @param unordered whether progress that is asked for may overtake events
	 * @param losesDeletions whether a deletion is lost at a compaction
	 * @param proxied whether there is a grpc-proxy in between
	 * @param merges of the proxy, each time: it merges a watch with one that it has
	 * @param mergesForGood of what it merges: with one that is over
	 * @param slow watches are created late, always
	 * @param createDelay how late
	 * @param silent whether members do not say where their raft log is
	 * @param losesStreams of the proxy, each time: its streams end with a restore, too
	 * @param progressInFragments each time: progress comes between two fragments
	 * @param repeats while events come twice, each time
	 * @param catchUp how long a new watch may wait for what it missed
	 */
	record Servers(Chance fragments, Chance unordered, Chance losesDeletions, Chance proxied, Chance merges,
			Chance mergesForGood, Chance slow, Duration createDelay, Chance silent, Chance losesStreams,
			Chance progressInFragments, Chance repeats, Duration catchUp) {

		static final Servers USUAL = new Servers(Chance.EVEN, Chance.in(4), Chance.EVEN, Chance.in(4), Chance.in(2),
				Chance.in(8), Chance.in(20), Duration.ofSeconds(6), Chance.EVEN, Chance.EVEN, Chance.in(8),
				Chance.in(3), Duration.ofMillis(100));

	}

	/**
	 * Drawn once for a run, unless it says otherwise.
	 *
	 * @param large whether there is a large range
	 * @param smallPages whether ranges are read in small pages
	 * @param pageKeys how many keys those have
	 * @param audited whether ranges are audited
	 * @param delayed each time: a task has to wait for its turn
	 * @param delay for how long at most
	 * @param largeDelay and in runs with a large range, which is delivered in slices
	 * @param consumers how many there are
	 * @param perKey each time: a consumer gets single keys, and not snapshots
	 * @param mirrors how many other subscribers there may be before one leaves
	 */
	record Clients(Chance large, Chance smallPages, Span pageKeys, Chance audited, Chance delayed, Duration delay,
			Duration largeDelay, int consumers, Chance perKey, int mirrors) {

		static final Clients USUAL = new Clients(Chance.in(50), Chance.EVEN, new Span(1, 4), Chance.EVEN, Chance.in(4),
				Duration.ofMillis(50), Duration.ofSeconds(1), 4, Chance.EVEN, 3);

		/** None has a large range. */
		static final Clients SMALL = new Clients(Chance.NEVER, USUAL.smallPages, USUAL.pageKeys, USUAL.audited,
				USUAL.delayed, USUAL.delay, USUAL.largeDelay, USUAL.consumers, USUAL.perKey, USUAL.mirrors);

	}

	/**
	 * Of 100 steps, some do one of these; each lets all consumers act, and time pass.
	 *
	 * @param steps how many there are
	 * @param writes how many write
	 * @param faults how many are faults
	 * @param joins how many let a subscriber join or leave
	 * @param disturbances how many disturb a consumer
	 * @param time how long a step may take
	 * @param depth how many calls may be slow inside of each other
	 * @param disturbs what is done to a consumer
	 */
	record Course(Span steps, int writes, int faults, int joins, int disturbances, Duration time, int depth,
			Disturbances disturbs) {

		static final Course USUAL = new Course(new Span(50, 299), 50, 13, 5, 7, Duration.ofMillis(300), 3,
				Disturbances.USUAL);

	}

	/**
	 * What is done to a consumer, from outside or from inside its calls.
	 *
	 * @param replaced of {@code outOf}, it is closed and another one takes its place
	 * @param readerReplaced as well, the same for a reader
	 * @param paused as well, it pauses
	 * @param outOf of the others, each starts or stops it
	 * @param stops whether it stops then, if it runs
	 * @param itself from inside a call, whether it is the consumer that is called
	 * @param startsAgain from inside a call, whether it is started after that
	 * @param pausesAgain from inside a call, whether it is paused after that
	 */
	record Disturbances(int replaced, int readerReplaced, int paused, int outOf, Chance stops, Chance itself,
			Chance startsAgain, Chance pausesAgain) {

		static final Disturbances USUAL = new Disturbances(1, 1, 1, 6, Chance.EVEN, Chance.EVEN, Chance.in(3),
				Chance.in(4));

	}

	/**
	 * What is written in a step that writes.
	 *
	 * @param leasedKeys how many keys hang on a lease
	 * @param manyLeasedKeys how many in a run with a large range
	 * @param renewals how often all of them are written
	 * @param large how often a transaction is large
	 * @param largeKeys how many keys that writes
	 * @param keys how many keys another one writes
	 * @param values what is written
	 */
	record Writes(Span leasedKeys, int manyLeasedKeys, Chance renewals, Chance large, Span largeKeys, Span keys,
			Values values) {

		static final Writes USUAL = new Writes(new Span(1, 8), 1_000, Chance.in(10), Chance.in(4), new Span(1, 8),
				new Span(1, 2), Values.USUAL);

	}

	/**
	 * Of {@code outOf} values, so many are of each kind, and the others are new.
	 *
	 * @param deletions no value at all
	 * @param empty no bytes
	 * @param a always the same
	 * @param b always the same, another one
	 * @param undecodable new, and cannot be decoded
	 * @param outOf of how many
	 */
	record Values(int deletions, int empty, int a, int b, int undecodable, int outOf) {

		static final Values USUAL = new Values(2, 1, 2, 1, 1, 10);

	}

	/**
	 * What goes wrong in a step that is a fault. How likely a fault is against the others
	 * is drawn once for a run.
	 *
	 * @param possible the faults
	 * @param weight how likely each is; below 1, it does not happen in that run
	 * @param fixed the weights of those for which none is drawn
	 * @param stealthy whether a restore shows by nothing but its events in a run
	 * @param longest how long those last at most that pass by themselves
	 * @param latency of the way to etcd, at most
	 * @param slowLatency and where that is slow
	 * @param slowLogin how long a login takes where it is slow, at most
	 * @param slowCreate and the creation of a watch
	 * @param thrown how many calls throw
	 * @param lateProgress how late progress may be
	 * @param compactedBack how far before the present etcd is compacted, in revisions
	 * @param restoredBack how far etcd is set back, in revisions
	 * @param stops after a restore, before each write: nothing more is written until
	 * clients are back
	 * @param lag how far a member lags, in revisions
	 * @param denied while a permission or a token is missing, each time
	 * @param spared while creates or reads fail, each time
	 */
	record FaultRates(Set<Fault> possible, Span weight, Map<Fault, Integer> fixed, Chance stealthy,
			Map<Fault, Duration> longest, Duration latency, Duration slowLatency, Duration slowLogin,
			Duration slowCreate, Span thrown, Duration lateProgress, Span compactedBack, Span restoredBack,
			Chance stops, Span lag, Chance denied, Chance spared) {

		static final FaultRates USUAL = new FaultRates(
				EnumSet.complementOf(EnumSet.of(Fault.RESTORED_BY_RECIPE, Fault.PUT_BACK)), new Span(-3, 4),
				Map.of(Fault.CUT, 4), Chance.in(8), usualTimes(), Duration.ofMillis(5), Duration.ofMillis(500),
				Duration.ofSeconds(20), Duration.ofSeconds(10), new Span(1, 5), Duration.ofSeconds(1), new Span(0, 2),
				new Span(1, 30), Chance.in(4), new Span(1, 20), Chance.EVEN, Chance.in(3));

		static final FaultRates RESTORES = new FaultRates(EnumSet.allOf(Fault.class), new Span(-3, 4),
				Map.of(Fault.CUT, 4, Fault.RESTORED_BY_RECIPE, 1, Fault.PUT_BACK, 1), Chance.NEVER, USUAL.longest,
				USUAL.latency, USUAL.slowLatency, USUAL.slowLogin, USUAL.slowCreate, USUAL.thrown, USUAL.lateProgress,
				USUAL.compactedBack, USUAL.restoredBack, USUAL.stops, USUAL.lag, USUAL.denied, USUAL.spared);

		FaultRates {
			possible = Set.copyOf(possible);
		}

		private static Map<Fault, Duration> usualTimes() {
			return Map.ofEntries(seconds(Fault.OUTAGE, 15), seconds(Fault.BLACK_HOLE, 15),
					seconds(Fault.COMPACTED_WHILE_AWAY, 10), seconds(Fault.COMPACTED_AT_DELETION, 10),
					seconds(Fault.PERMISSION_MISSING, 20), seconds(Fault.TOKEN_EXPIRED, 2),
					seconds(Fault.CREATES_REFUSED, 10), seconds(Fault.LOGINS_REFUSED, 20),
					seconds(Fault.LOGINS_SLOW, 40), seconds(Fault.ADDRESSES_DEAD, 20), seconds(Fault.CREATES_SLOW, 40),
					seconds(Fault.PAGES_IMPOSSIBLE, 10), seconds(Fault.WATCH_DELAYED, 8), seconds(Fault.READS_FAIL, 10),
					seconds(Fault.CUT_IN_PAGES, 10), seconds(Fault.SLOW_LINK, 20), seconds(Fault.MEMBER_LAGS, 15),
					seconds(Fault.PROGRESS_LATE, 30), seconds(Fault.PROGRESS_NEVER, 60),
					seconds(Fault.EVENTS_REPEATED, 20), seconds(Fault.CLOCK_JUMP, 30),
					seconds(Fault.HANDLER_FAILS_ALWAYS, 20), seconds(Fault.POISON, 20));
		}

		private static Map.Entry<Fault, Duration> seconds(Fault fault, int longest) {
			return Map.entry(fault, Duration.ofSeconds(longest));
		}

	}

	/**
	 * What happens where consumers are called.
	 *
	 * @param concurrency how many keys a consumer of keys handles at once
	 * @param laziness drawn once for a consumer: it acts in one step of so many
	 * @param actsTwice whether it acts a second time then
	 * @param fails whether a call fails
	 * @param failsInterrupted the same for one that its stop interrupts
	 * @param interrupted whether a stop interrupts
	 * @param leftBehind whether a stop does not wait for calls
	 * @param struck how many calls a fault strikes
	 * @param slowSteps how many steps a slow call takes
	 * @param hangingSteps how many steps one takes that hangs
	 * @param refusals how many threads are refused
	 * @param refused whether the next one is among them
	 * @param reads whether a reader reads in a step
	 * @param follows whether its watcher takes another update
	 * @param firstRetry the first delay in milliseconds
	 * @param multiplier by what it grows
	 * @param furtherRetry by how many milliseconds the longest delay is longer
	 * @param limited whether attempts are limited
	 * @param attempts to how many
	 */
	record Calls(int concurrency, Span laziness, Chance actsTwice, Chance fails, Chance failsInterrupted,
			Chance interrupted, Chance leftBehind, Span struck, Span slowSteps, Span hangingSteps, Span refusals,
			Chance refused, Chance reads, Chance follows, Span firstRetry, Span multiplier, Span furtherRetry,
			Chance limited, Span attempts) {

		static final Calls USUAL = new Calls(3, new Span(1, 4), Chance.EVEN, new Chance(3, 10), new Chance(8, 10),
				Chance.in(3), Chance.in(3), new Span(1, 3), new Span(1, 2), new Span(5, 9), new Span(1, 4), Chance.EVEN,
				Chance.in(3), Chance.EVEN, new Span(50, 1_049), new Span(1, 3), new Span(0, 3_999), Chance.in(3),
				new Span(1, 4));

	}

}

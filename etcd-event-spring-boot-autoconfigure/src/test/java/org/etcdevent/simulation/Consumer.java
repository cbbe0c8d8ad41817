package org.etcdevent.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatchState;
import org.etcdevent.KeyRange;
import org.etcdevent.WatchStatus;
import org.etcdevent.consumer.Delivery;
import org.etcdevent.consumer.Subscription;
import org.etcdevent.container.SimulatedWatch;
import org.etcdevent.etcd.Entry;
import org.etcdevent.etcd.Key;
import org.etcdevent.listener.DeliveryOutcome;
import org.etcdevent.listener.EtcdWatchFailure;

/**
 * A consumer in a container that is slow, hangs, fails, pauses, stops and starts, from
 * outside and from inside its calls. It holds each update against the promises: that it
 * is true, new, in order, and told to nobody else meanwhile.
 */
abstract class Consumer implements SimulatedWatch.Code {

	/** Values that begin with this cannot be decoded. */
	static final String UNDECODABLE = "!";

	static final EtcdDecoder<String> DECODER = (key, value) -> {
		String text = new String(value, StandardCharsets.UTF_8);
		if (text.startsWith(UNDECODABLE)) {
			throw new IllegalArgumentException("cannot be decoded");
		}
		return text;
	};

	/** So many values at once are more than there are. */
	private static final int ENDLESS = 100_000;

	private final KeyRange range;

	private final int threads;

	private final Surroundings surroundings;

	private final RandomGenerator random;

	private final Profile.Calls rates;

	private final Retries retries;

	private final SimulatedWatch watch;

	/** How seldom a thread comes to do something. */
	private final int laziness;

	private boolean paused;

	/** Whether no call may begin until the next run. */
	private boolean stopping;

	/** What was taken and is not answered. */
	private final List<Delivery<String>> inFlight = new ArrayList<>();

	/** What of it the method is called with, and what of that the stop interrupts. */
	private final Set<Delivery<String>> calls = new HashSet<>();

	private final Set<Delivery<String>> interrupted = new HashSet<>();

	private final Memory memory;

	private int deliveries;

	private final Map<DeliveryOutcome, Integer> outcomes = new EnumMap<>(DeliveryOutcome.class);

	/** When it last decoded a value, and how many it has decoded since. */
	private long decodedAt;

	private int decoded;

	/** What was wrong in a call, for a container takes that for a failed call. */
	private AssertionError broken;

	/**
	 * A consumer, which starts.
	 * @param concurrency how many keys it handles at once, 0 for snapshots
	 */
	Consumer(KeyRange range, int concurrency, Surroundings surroundings, RandomGenerator random) {
		this.range = range;
		this.threads = Math.max(1, concurrency);
		this.surroundings = surroundings;
		this.random = random;
		this.memory = new Memory(this, surroundings.store());
		this.rates = surroundings.profile().calls();
		this.retries = new Retries(this.rates, random);
		this.laziness = this.rates.laziness().draw(random);
		this.watch = new SimulatedWatch("consumer", range, this::decode, concurrency, this.retries.settings(),
				surroundings.values(), this);
		start();
	}

	/** What is decoded again and again would never end: so it is decoded at last. */
	private String decode(byte[] key, byte[] value) throws Exception {
		long now = this.surroundings.loop().nanoTime();
		this.decoded = (now == this.decodedAt) ? this.decoded + 1 : 0;
		this.decodedAt = now;
		if (this.decoded > ENDLESS) {
			this.broken = new AssertionError("what cannot be decoded is taken again and again");
			return UNDECODABLE;
		}
		return DECODER.decode(key, value);
	}

	/** Something was taken. */
	abstract void arrived(Delivery<String> delivery);

	/** What was taken was put off, or is to be told again as if it never was taken. */
	abstract void notHandled(Delivery<String> delivery, long due, boolean released);

	/** What was put off is so no longer. */
	abstract void stopped();

	/** Lets one of the threads do something, or all of them whatever there is. */
	final void act(boolean reliably) {
		if (reliably) {
			for (int thread = 0; thread < this.threads; thread++) {
				while (turn(thread)) {
					// There may be more.
				}
			}
		}
		else if (this.random.nextInt(this.laziness) == 0) {
			int thread = this.random.nextInt(this.threads);
			if (turn(thread) && this.rates.actsTwice().happens(this.random)) {
				turn(thread);
			}
		}
	}

	private boolean turn(int thread) {
		boolean acted = this.watch.turn(thread);
		assertUnbroken();
		return acted;
	}

	private void assertUnbroken() {
		if (this.broken != null) {
			throw this.broken;
		}
	}

	final void start() {
		this.paused = false;
		boolean started = this.watch.start();
		this.stopping |= !started && this.watch.isRunning();
		trace(() -> this + (started ? " starts" : " finds no thread"));
	}

	/** What is pending stays so. */
	final void pause() {
		this.paused = true;
		this.watch.pause();
		trace(() -> this + " pauses");
	}

	/** Calls may end, may be interrupted, or do not end in time. */
	final void stop() {
		if (this.watch.isRunning()) {
			trace(() -> this + " stops");
			this.stopping = true;
			this.watch.stop();
			if (this.rates.interrupted().happens(this.random)) {
				this.interrupted.addAll(this.calls);
				this.watch.interruptCalls();
			}
			if (this.rates.leftBehind().happens(this.random)) {
				trace(() -> this + " is left behind with " + this.calls.size() + " calls");
				this.watch.abandon();
			}
		}
	}

	/** For good. */
	final void close() {
		trace(() -> this + " is closed");
		this.stopping = true;
		this.watch.close();
		assertUnbroken();
	}

	final Subscription<String> subscription() {
		return this.watch.subscription();
	}

	final KeyRange range() {
		return this.range;
	}

	@Override
	public final boolean refusesThread() {
		return this.surroundings.mishaps().refuses(this.random);
	}

	@Override
	public final boolean refusesStart() {
		return this.surroundings.mishaps().refuses(this.random);
	}

	@Override
	public final void taken(Delivery<String> delivery) {
		this.deliveries += delivery.updates().size();
		trace(() -> this + " gets " + delivery.updates());
		for (Delivery<String> other : this.inFlight) {
			updates(other, (one) -> updates(delivery, (two) -> Promise.check(!key(one).equals(key(two)),
					() -> this + " gets " + two + " while " + one + " is handled")));
		}
		updates(delivery, this.memory::delivered);
		this.inFlight.add(delivery);
		arrived(delivery);
	}

	/** It was never attempted, so the same may come again. */
	@Override
	public final void released(Delivery<String> delivery) {
		Promise.check(this.paused || this.stopping, () -> this + " may not call although nobody says so");
		if (this.inFlight.remove(delivery)) {
			updates(delivery, this.memory::released);
			notHandled(delivery, 0, true);
		}
	}

	/** What is in flight still is answered too late. */
	@Override
	public final void ended() {
		for (Delivery<String> delivery : this.inFlight) {
			updates(delivery, this.memory::failed);
			notHandled(delivery, 0, false);
		}
		this.inFlight.clear();
		this.calls.clear();
		stopped();
		this.stopping = false;
	}

	@Override
	public final void call(Delivery<String> delivery) throws FailedCall {
		try {
			if (!this.inFlight.contains(delivery)) {
				taken(delivery);
			}
			Promise.check(!this.paused && !this.stopping, () -> this + " is called although it is told not to");
			this.calls.add(delivery);
			Ending ending = handle(delivery);
			this.calls.remove(delivery);
			answer(delivery, ending);
			if (ending != Ending.RETURNS) {
				throw new FailedCall(ending);
			}
		}
		catch (AssertionError ex) {
			this.broken = (this.broken != null) ? this.broken : ex;
			// Or it might go on failing for ever.
			this.watch.breakOff();
			throw ex;
		}
	}

	/** What happens in the call. */
	private Ending handle(Delivery<String> delivery) {
		Mishaps mishaps = this.surroundings.mishaps();
		Fault fault = mishaps.next();
		if (fault != null) {
			trace(() -> this + " is struck by " + fault);
			switch (fault) {
				case HANDLER_SKIPS -> {
					return Ending.SKIPS;
				}
				case HANDLER_STOPS -> {
					return Ending.STOPS;
				}
				case ERROR_HANDLER_FAILS -> {
					return Ending.FAILS_TWICE;
				}
				case HANDLER_SLOW -> this.surroundings.meanwhile(this.rates.slowSteps().draw(this.random));
				case HANDLER_HANGS -> this.surroundings.meanwhile(this.rates.hangingSteps().draw(this.random));
				default -> this.surroundings.enter(this);
			}
		}
		Chance chance = this.interrupted.contains(delivery) ? this.rates.failsInterrupted() : this.rates.fails();
		boolean fails = mishaps.isFailing(delivery) || (!mishaps.isCalm() && chance.happens(this.random));
		return fails ? Ending.FAILS : Ending.RETURNS;
	}

	/** As the container will, if it does what it should. */
	private void answer(Delivery<String> delivery, Ending ending) {
		boolean late = !this.inFlight.remove(delivery);
		boolean stopped = this.interrupted.remove(delivery) && ending != Ending.RETURNS;
		boolean retried = ending.isRetried() && !this.retries.isExhausted(delivery.attempt());
		DeliveryOutcome outcome = (ending == Ending.RETURNS) ? DeliveryOutcome.DELIVERED
				: (retried || ending == Ending.STOPS) ? DeliveryOutcome.FAILED : DeliveryOutcome.SKIPPED;
		if (!stopped) {
			this.outcomes.merge(outcome, 1, Integer::sum);
		}
		if (late) {
			return;
		}
		this.stopping |= !stopped && ending == Ending.STOPS;
		if (stopped || outcome == DeliveryOutcome.FAILED) {
			long delay = (stopped || !retried) ? 0 : this.retries.delayAfter(delivery.attempt());
			updates(delivery, this.memory::failed);
			notHandled(delivery, this.surroundings.loop().nanoTime() + delay, false);
		}
		else {
			updates(delivery, this.memory::handled);
		}
	}

	@Override
	public final Decision decide(EtcdWatchFailure failure) {
		return (failure.exception() instanceof FailedCall failed) ? failed.ending().decision() : Decision.RETRY;
	}

	/**
	 * What is still to come until all is as it should be.
	 * @return what, {@code null} for nothing
	 */
	final String missing() {
		if (!this.watch.isRunning()) {
			return this + " does not run";
		}
		WatchStatus status = subscription().status();
		if (status.state() != EtcdWatchState.LIVE || status.backlog() > 0 || !subscription().isSynced()
				|| status.reconnectAttempts() > 0) {
			return this + " is at " + status;
		}
		for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
			int count = this.outcomes.getOrDefault(outcome, 0);
			if (this.watch.count(outcome) != count) {
				return this + " counts " + this.watch.count(outcome) + " and not " + count + " calls as " + outcome;
			}
		}
		return this.memory.missing(this.range);
	}

	/** One pending entry a key that ever was, at the most. */
	final void assertBounded(int keys) {
		int backlog = subscription().status().backlog();
		Promise.check(backlog <= keys, () -> this + " has a backlog of " + backlog);
	}

	final int deliveries() {
		return this.deliveries;
	}

	@Override
	public final String toString() {
		return getClass().getSimpleName() + " of '" + this.range + "'";
	}

	private void trace(Supplier<String> line) {
		this.surroundings.trace().add(line);
	}

	static String text(Entry entry) {
		return new String(Objects.requireNonNull(entry.value()), StandardCharsets.UTF_8);
	}

	static Key key(EtcdUpdate<String> update) {
		return new Key(update.keyBytes());
	}

	private static void updates(Delivery<String> delivery, java.util.function.Consumer<EtcdUpdate<String>> action) {
		delivery.updates().forEach(action);
	}

}

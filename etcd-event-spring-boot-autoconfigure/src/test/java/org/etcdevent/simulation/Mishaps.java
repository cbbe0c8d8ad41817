package org.etcdevent.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.consumer.Delivery;

/**
 * What goes wrong where consumers are called: the faults that wait for a call, and what
 * is so for a while.
 */
final class Mishaps {

	/** What no method can stand while there is poison. */
	private static final String POISON = "A";

	private final VirtualLoop loop;

	private final Profile profile;

	/** Each strikes the next call, whose ever it is. */
	private final Deque<Fault> waiting = new ArrayDeque<>();

	private long failUntil = Long.MIN_VALUE;

	private long poisonedUntil = Long.MIN_VALUE;

	private int refusals;

	private boolean calm;

	Mishaps(VirtualLoop loop, Profile profile) {
		this.loop = loop;
		this.profile = profile;
	}

	void strike(Fault fault, RandomGenerator own) {
		switch (fault) {
			case HANDLER_FAILS_ALWAYS -> this.failUntil = anyTime(fault, own);
			case POISON -> this.poisonedUntil = anyTime(fault, own);
			case THREADS_REFUSED -> this.refusals = this.profile.calls().refusals().draw(own);
			default -> {
				for (int calls = this.profile.calls().struck().draw(own); calls > 0; calls--) {
					this.waiting.add(fault);
				}
			}
		}
	}

	private long anyTime(Fault fault, RandomGenerator own) {
		return this.loop.nanoTime() + own.nextLong(this.profile.faults().longest().get(fault).toNanos());
	}

	void end() {
		this.calm = true;
		this.waiting.clear();
		this.failUntil = Long.MIN_VALUE;
		this.poisonedUntil = Long.MIN_VALUE;
		this.refusals = 0;
	}

	boolean isCalm() {
		return this.calm;
	}

	/**
	 * What strikes the call that begins now.
	 * @return the fault, {@code null} for none
	 */
	Fault next() {
		return this.waiting.poll();
	}

	/** Whether a call fails whatever it does. */
	boolean isFailing(Delivery<String> delivery) {
		long now = this.loop.nanoTime();
		return now < this.failUntil || (now < this.poisonedUntil
				&& delivery.updates().stream().map(EtcdUpdate::value).anyMatch(POISON::equals));
	}

	/** Whether a thread is refused. */
	boolean refuses(RandomGenerator random) {
		boolean refuses = this.refusals > 0 && this.profile.calls().refused().happens(random);
		this.refusals -= refuses ? 1 : 0;
		return refuses;
	}

}

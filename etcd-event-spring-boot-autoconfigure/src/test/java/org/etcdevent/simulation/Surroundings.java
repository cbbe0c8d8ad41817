package org.etcdevent.simulation;

import org.etcdevent.consumer.FeedValues;

/**
 * What a consumer knows of the simulation that it is part of.
 */
interface Surroundings {

	Profile profile();

	VirtualLoop loop();

	ModelStore store();

	FeedValues values();

	Mishaps mishaps();

	Trace trace();

	/** Time passes while a call takes it, and all others go on. */
	void meanwhile(int steps);

	/** From inside a call, a consumer does something to itself or to others. */
	void enter(Consumer consumer);

}

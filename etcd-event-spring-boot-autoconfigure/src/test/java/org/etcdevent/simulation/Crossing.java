package org.etcdevent.simulation;

/**
 * Where feeds call others, and these may throw.
 */
public enum Crossing {

	OPEN, CREATE, CANCEL, PROGRESS, CLOSE, READ, CANCEL_READ, STATUS, SLICE, JOINED, CHANGES, STATE

}

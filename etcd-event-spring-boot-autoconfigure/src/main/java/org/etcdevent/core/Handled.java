package org.etcdevent.core;

/**
 * What a consumer has handled when it stopped: a later subscription that starts from it
 * repeats nothing of it and tells what is gone. Opaque and immutable.
 */
public final class Handled {

}

package org.etcdevent.container;

/**
 * A call that takes long.
 *
 * @param thread the name of its thread
 * @param nanos how long it has taken so far, in nanoseconds
 * @param stack where it is
 */
@SuppressWarnings("ArrayRecordComponent") // neither compared nor kept
record SlowCall(String thread, long nanos, StackTraceElement[] stack) {
}

/**
 * The truth of one range of keys: its state, position and epoch, kept through every fault
 * of the watch. Owns the interfaces through which it sees etcd and time; knows neither
 * gRPC nor Spring and has no thread of its own.
 */
@NullMarked
package org.etcdevent.feed;

import org.jspecify.annotations.NullMarked;

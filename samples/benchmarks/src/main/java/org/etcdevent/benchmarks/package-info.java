/**
 * Measures the library beside its peers, on one etcd and in one run.
 */
@NullMarked
package org.etcdevent.benchmarks;

import org.jspecify.annotations.NullMarked;

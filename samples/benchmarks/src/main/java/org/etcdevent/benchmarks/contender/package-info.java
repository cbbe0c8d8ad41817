/**
 * Who is measured: each in a JVM of its own, which does what the driver says.
 */
@NullMarked
package org.etcdevent.benchmarks.contender;

import org.jspecify.annotations.NullMarked;

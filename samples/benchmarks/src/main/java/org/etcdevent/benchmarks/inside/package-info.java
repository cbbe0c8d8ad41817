/**
 * Parts of the library by themselves, without etcd.
 */
@NullMarked
package org.etcdevent.benchmarks.inside;

import org.jspecify.annotations.NullMarked;

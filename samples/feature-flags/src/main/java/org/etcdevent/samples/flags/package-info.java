/**
 * Feature flags kept in etcd.
 */
@NullMarked
package org.etcdevent.samples.flags;

import org.jspecify.annotations.NullMarked;

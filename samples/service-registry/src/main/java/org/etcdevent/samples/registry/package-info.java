/**
 * Instances of a service that find one another through etcd.
 */
@NullMarked
package org.etcdevent.samples.registry;

import org.jspecify.annotations.NullMarked;

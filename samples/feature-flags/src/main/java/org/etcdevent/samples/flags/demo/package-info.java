/**
 * Breaks the application's etcd on purpose and compares a raw jetcd watch with an
 * annotated method, in the profile {@code demo} only. Not an example to follow.
 */
@NullMarked
package org.etcdevent.samples.flags.demo;

import org.jspecify.annotations.NullMarked;

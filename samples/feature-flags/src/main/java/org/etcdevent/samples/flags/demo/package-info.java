/**
 * What breaks the application's etcd on purpose, and a raw jetcd watch beside ours: in
 * the profile {@code demo} only. Nothing here is an example to follow.
 */
@NullMarked
package org.etcdevent.samples.flags.demo;

import org.jspecify.annotations.NullMarked;

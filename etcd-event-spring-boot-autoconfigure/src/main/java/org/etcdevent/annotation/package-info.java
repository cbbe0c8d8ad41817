/**
 * Annotated methods: finds them and registers a watch for each.
 * <p>
 * Internal: its types may change with each release, also those that are public.
 */
@NullMarked
package org.etcdevent.annotation;

import org.jspecify.annotations.NullMarked;

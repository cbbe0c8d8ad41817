/**
 * The API around watches: their registry, registrations in code, error handlers, events,
 * settings and status. What runs them is elsewhere.
 */
@NullMarked
package org.etcdevent.listener;

import org.jspecify.annotations.NullMarked;

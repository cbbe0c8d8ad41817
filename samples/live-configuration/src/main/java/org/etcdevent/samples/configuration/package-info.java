/**
 * A pool of workers that is configured while it runs.
 */
@NullMarked
package org.etcdevent.samples.configuration;

import org.jspecify.annotations.NullMarked;

/**
 * The page that shows the flags and the watches as they are now.
 */
@NullMarked
package org.etcdevent.samples.flags.console;

import org.jspecify.annotations.NullMarked;

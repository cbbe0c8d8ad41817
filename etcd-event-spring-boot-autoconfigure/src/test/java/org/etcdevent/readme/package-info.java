/**
 * The snippets of the README: taken out of it, compiled, and run.
 */
@NullMarked
package org.etcdevent.readme;

import org.jspecify.annotations.NullMarked;

/**
 * The Spring side of a watch: annotated methods, the containers that run them, and their
 * registry.
 */
@NullMarked
package org.etcdevent.listener;

import org.jspecify.annotations.NullMarked;

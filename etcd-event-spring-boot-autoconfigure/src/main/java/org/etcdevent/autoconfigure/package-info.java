/**
 * Auto-configuration: properties, connection details, conditions and wiring.
 */
@NullMarked
package org.etcdevent.autoconfigure;

import org.jspecify.annotations.NullMarked;

/**
 * Auto-configuration: properties, connection details, conditions and wiring.
 * <p>
 * Internal, but for {@link EtcdConnectionDetails} and
 * {@link EtcdClientBuilderCustomizer}: its other types may change with each release, also
 * those that are public.
 */
@NullMarked
package org.etcdevent.autoconfigure;

import org.jspecify.annotations.NullMarked;

/**
 * The contracts that applications use: ranges, values, watchers, updates, snapshots,
 * their status, and what can go wrong. Depends on no other package.
 */
@NullMarked
package org.etcdevent;

import org.jspecify.annotations.NullMarked;

/**
 * The contracts that users build on: what is followed, what is delivered, and what can go
 * wrong. Knows no other room.
 */
@NullMarked
package org.etcdevent;

import org.jspecify.annotations.NullMarked;

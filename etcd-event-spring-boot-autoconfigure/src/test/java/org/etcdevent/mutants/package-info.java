/**
 * Known defects, put back into compiled code by the names of its methods, calls and
 * fields.
 */
package org.etcdevent.mutants;

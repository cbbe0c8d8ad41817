/**
 * The programs of etcd that tests and samples run, got from wherever a machine has them.
 */
@NullMarked
package org.etcdevent.testsupport.binary;

import org.jspecify.annotations.NullMarked;

/**
 * What tests need of Kotlin, which is not there.
 */
@NullMarked
package kotlin.coroutines;

import org.jspecify.annotations.NullMarked;

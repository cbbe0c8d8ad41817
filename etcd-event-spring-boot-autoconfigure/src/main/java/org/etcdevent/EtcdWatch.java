package org.etcdevent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks a method of a bean that is called with what changes in etcd: first every key of
 * the range as of one revision, then later changes, coalesced to at most one pending
 * update a key. The calls come on managed threads of this watch, one key never at two of
 * them at once. A method that throws is called again for that key, after a back-off and
 * with the newest value, while other keys go on.
 * <p>
 * What the method's parameters say decides what it gets:
 * <ul>
 * <li>{@code EtcdUpdate<T>}: one change</li>
 * <li>{@code T}, {@code Optional<T>} (single key) or {@code (String key, T value)}: one
 * change; a deletion comes as {@code null} or empty</li>
 * <li>{@code List<EtcdUpdate<T>>}: all pending updates, up to one revision</li>
 * <li>{@code EtcdSnapshot<T>}: everything in the range, whenever something changed</li>
 * </ul>
 * Anything else fails at start-up. All attributes of type text resolve placeholders. May
 * be used as a meta-annotation and more than once on a method.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(EtcdWatchReflectiveProcessor.class)
@Repeatable(EtcdWatches.class)
public @interface EtcdWatch {

	/**
	 * What to watch: {@code "a/"} or {@code "a*"} for all keys that begin so, {@code "*"}
	 * for every key, otherwise one key.
	 * @return the key or prefix
	 */
	String value();

	/**
	 * The key after the last, for a range that is no prefix; {@link #value()} is then the
	 * first key, taken literally.
	 * @return the exclusive end, empty for none
	 */
	String rangeEnd() default "";

	/**
	 * The id of the watch in the registry, in meters, health and logs; unique in the
	 * application.
	 * @return the id; empty for {@code bean.method}
	 */
	String id() default "";

	/**
	 * How many threads call the method. Batch and snapshot methods have one.
	 * @return a positive number as text
	 */
	String concurrency() default "1";

	/**
	 * Whether the watch starts with the application.
	 * @return {@code true} or {@code false} as text
	 */
	String autoStartup() default "true";

	/**
	 * The name of the {@link EtcdDecoder} bean to decode with.
	 * @return the bean's name; empty for what the application has for the type
	 */
	String decoder() default "";

	/**
	 * The name of the {@code EtcdWatchErrorHandler} bean that decides what happens after
	 * the method threw.
	 * @return the bean's name; empty for the application's only one, or else retry
	 */
	String errorHandler() default "";

	/**
	 * How long a batch or snapshot method waits for a burst of changes to end, so that it
	 * is called once for all of them: {@code "100ms"} until nothing has changed for that
	 * long, but at most ten times as long after the first change; {@code "100ms, 2s"}
	 * names that longest wait, too. The initial state and retries do not wait.
	 * @return one duration or two, separated by a comma; empty for no wait
	 */
	String quietPeriod() default "";

	/**
	 * What to do with deletions.
	 * @return whether they are delivered
	 */
	Deletions deletions() default Deletions.DELIVER;

	/**
	 * What to do with deletions.
	 */
	enum Deletions {

		/** Call the method with them. */
		DELIVER,

		/** Handle them silently. */
		IGNORE

	}

}

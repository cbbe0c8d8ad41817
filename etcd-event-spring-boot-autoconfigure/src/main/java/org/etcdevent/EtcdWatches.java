package org.etcdevent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Holds several {@link EtcdWatch} annotations of one method.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(EtcdWatchReflectiveProcessor.class)
public @interface EtcdWatches {

	/**
	 * The watches.
	 * @return the annotations
	 */
	EtcdWatch[] value();

}

package io.jenkins.plugins.llmos.engine.schedule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a class of the package {@code policy} as a policy that users can choose. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Policy {
    /** The name users choose it by: lower case, without spaces. */
    String name();

    /** One sentence for the help and the documentation. */
    String summary();

    /** Where it stands in lists, low first. */
    int position() default 100;
}

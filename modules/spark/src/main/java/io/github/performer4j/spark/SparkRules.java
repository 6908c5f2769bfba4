package io.github.performer4j.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Java and which Spark this module runs on. */
public final class SparkRules {
    /** The line of Spark that this module is built and tested with. */
    public static final String LINE = "3.5";

    private static final int FIRST_JAVA = 17;
    /** Hadoop's login asks for what Java 24 took away. */
    private static final int LAST_JAVA = 23;

    private SparkRules() {}

    /**
     * Refuses a process that Spark would fail in later, in many lines.
     *
     * @throws IllegalArgumentException in one line, if Java or Spark does not fit, or there is no Spark
     */
    public static void check() {
        check(Runtime.version().feature(), version(), opened());
    }

    static void check(int java, String spark, boolean opened) {
        that(
                java >= FIRST_JAVA && java <= LAST_JAVA,
                "Spark " + LINE + " runs on Java " + FIRST_JAVA + " to " + LAST_JAVA,
                "Java " + java);
        that(
                spark != null,
                "Spark " + LINE + " must be on the class path: set SPARK_HOME to its folder, or use spark-submit",
                "none");
        Matcher line = Pattern.compile("(\\d+\\.\\d+)\\..*").matcher(spark);
        that(
                line.matches() && line.group(1).equals(LINE),
                "this build is for Spark " + LINE + " with Scala 2.12",
                "Spark " + spark);
        that(
                opened,
                "Spark on Java 17 needs --add-opens=java.base/sun.nio.ch=ALL-UNNAMED and others, which spark-submit and ./performer pass",
                "closed");
    }

    /** Returns Spark's version; null if there is none. */
    private static String version() {
        try {
            return org.apache.spark.package$.MODULE$.SPARK_VERSION();
        } catch (LinkageError e) {
            return null;
        }
    }

    private static boolean opened() {
        return Object.class.getModule().isOpen("sun.nio.ch", SparkRules.class.getModule());
    }

    private static void that(boolean holds, String rule, String found) {
        if (!holds) {
            throw new IllegalArgumentException(rule + "; found=" + found);
        }
    }
}

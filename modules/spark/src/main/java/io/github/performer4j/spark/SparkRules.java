package io.github.performer4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Java and which Spark this module runs on: the build chooses Spark's line, and with it Scala's. */
public final class SparkRules {
    private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+)\\..*");
    private static final Properties BUILT = built();

    /** The line of Spark that this module was built with, such as 3.5. */
    public static final String LINE = line(BUILT.getProperty("spark"));

    /** The line of Scala that goes with it, such as 2.12. */
    public static final String SCALA = BUILT.getProperty("scala");

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
        that(LINE.equals(line(spark)), "this build is for Spark " + LINE + " with Scala " + SCALA, "Spark " + spark);
        that(
                opened,
                "Spark on Java 17 needs --add-opens=java.base/sun.nio.ch=ALL-UNNAMED and others, which spark-submit and ./performer pass",
                "closed");
    }

    private static String line(String version) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() ? matcher.group(1) : version;
    }

    private static Properties built() {
        Properties properties = new Properties();
        try (InputStream in = SparkRules.class.getResourceAsStream("spark.properties")) {
            properties.load(in);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what this module was built with", e);
        }
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

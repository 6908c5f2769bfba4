package io.github.performer4j.training.run;

import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Where runs and models work on many machines. A jar brings it, found by {@code ServiceLoader}: programs are built and started without one. */
public interface Cluster {
    /**
     * Returns the one that is there.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Cluster find() {
        return ServiceLoader.load(Cluster.class)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "performer4j-spark and Spark must be on the class path: set SPARK_HOME to Spark's folder and start by"
                                + " ./performer; found=none"));
    }

    /**
     * Something done on a cluster.
     *
     * @param <R> what comes of it
     */
    @FunctionalInterface
    interface Work<R> {
        /** Does it. */
        R run(Session session) throws IOException;
    }

    /** A cluster in use. */
    interface Session {
        /**
         * Returns what trains a run there.
         *
         * @param workers at a time, at least 1
         * @param localSteps steps between two averages, at least 1
         */
        RoundTraining training(int workers, long localSteps);

        /** Writes a vector for every sequence into parts of a new folder; returns their number. */
        long embed(Path model, Path data, Path out, int parts) throws IOException;

        /** Writes what the model says of every input into parts of a new folder; returns their number. */
        long predict(Path model, Path data, Path out, int parts) throws IOException;

        /** Measures the model on all of the data. */
        Evaluation eval(Path model, Path data, int parts, long seed) throws IOException;
    }

    /**
     * Connects, does some work, and ends the connection.
     *
     * @param master names the cluster; null for what the surroundings say
     * @param name of the application
     * @param said is told where it runs
     * @throws IllegalArgumentException in one line, if the cluster cannot be used
     */
    <R> R run(String master, String name, Consumer<String> said, Work<R> work) throws IOException;
}

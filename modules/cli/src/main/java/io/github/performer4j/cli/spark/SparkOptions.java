package io.github.performer4j.cli.spark;

import io.github.performer4j.training.run.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** {@code --master}: where Spark runs. */
final class SparkOptions {
    @Option(
            names = "--master",
            paramLabel = "URL",
            description =
                    "Spark's master: local[N] for N threads of this process (default: what spark-submit says, else local[2]).")
    private String master;

    /**
     * Does something with Spark.
     *
     * @param <R> what comes of it
     * @throws IllegalArgumentException in one line, if Java or Spark does not fit, or the master cannot be used
     */
    <R> R with(String name, PrintWriter err, Cluster.Work<R> work) throws IOException {
        return Cluster.find()
                .run(
                        master,
                        name,
                        line -> {
                            err.println(line);
                            err.flush();
                        },
                        work);
    }
}

package io.github.performer4j.spark;

import io.github.performer4j.training.run.Cluster;
import io.github.performer4j.training.run.RoundTraining;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark for the time of some work. */
final class OnSpark implements Cluster.Session {
    private static final String MASTER = "spark.master";

    private final JavaSparkContext spark;

    private OnSpark(JavaSparkContext spark) {
        this.spark = spark;
    }

    /**
     * Starts Spark, does some work, and ends Spark.
     *
     * @param master Spark's; null for that of {@code spark-submit}, or else {@code local[2]}
     * @param name of the application
     * @param said is told where it runs
     * @throws IllegalArgumentException in one line, if the master cannot be used
     */
    static <R> R run(String master, String name, Consumer<String> said, Cluster.Work<R> work) throws IOException {
        SparkConf conf = new SparkConf().setAppName(name).setIfMissing("spark.ui.enabled", "false");
        if (master != null) {
            conf.set(MASTER, master);
        }
        conf.setIfMissing(MASTER, "local[2]");
        if (conf.get(MASTER).startsWith("local")) {
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        JavaSparkContext context = start(conf);
        try {
            said.accept("Spark " + context.version() + " on " + conf.get(MASTER));
            return work.run(new OnSpark(context));
        } finally {
            context.stop();
        }
    }

    private static JavaSparkContext start(SparkConf conf) {
        try {
            return new JavaSparkContext(conf);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) { // Scala throws what it does not declare
            String cause = e instanceof SparkException && e.getMessage() != null
                    ? e.getMessage().lines().findFirst().orElse("")
                    : e.toString();
            throw new IllegalArgumentException(
                    "Spark cannot use this master; --master=" + conf.get(MASTER) + ", cause=" + cause, e);
        }
    }

    /**
     * Returns {@link SparkTraining}.
     *
     * @throws IllegalArgumentException if this process has fewer slots than workers; a cluster may still be getting its executors
     */
    @Override
    public RoundTraining training(int workers, long localSteps) {
        int slots = spark.defaultParallelism();
        if (spark.isLocal() && slots < workers) {
            throw new IllegalArgumentException(
                    "workers run at the same time, each in a slot; workers=" + workers + ", slots=" + slots);
        }
        return new SparkTraining(spark, workers, localSteps);
    }

    /** See {@link DistributedModel#embed}. */
    @Override
    public long embed(Path model, Path data, Path out, int parts) throws IOException {
        return new DistributedModel(model).embed(spark, data, out, parts);
    }

    /** See {@link DistributedModel#predict}. */
    @Override
    public long predict(Path model, Path data, Path out, int parts) throws IOException {
        return new DistributedModel(model).predict(spark, data, out, parts);
    }

    /** See {@link DistributedModel#eval}. */
    @Override
    public Evaluation eval(Path model, Path data, int parts, long seed) throws IOException {
        return new DistributedModel(model).eval(spark, data, parts, seed);
    }
}

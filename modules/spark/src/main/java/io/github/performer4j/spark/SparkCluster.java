package io.github.performer4j.spark;

import io.github.performer4j.training.run.Cluster;
import java.io.IOException;
import java.util.function.Consumer;

/** Spark as a {@link Cluster}: looks whether there is a Spark that fits before a class of it is needed. */
public final class SparkCluster implements Cluster {
    @Override
    public <R> R run(String master, String name, Consumer<String> said, Work<R> work) throws IOException {
        SparkRules.check();
        return OnSpark.run(master, name, said, work);
    }
}

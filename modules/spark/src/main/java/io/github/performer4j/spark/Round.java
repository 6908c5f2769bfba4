package io.github.performer4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function1;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * One job in barrier mode: every worker's share, all at the same time, and their sum. If a worker is lost, it and those that have not ended are made again.
 *
 * <p>No worker waits for the others by {@code barrier()}: where one ends just after another was lost, Spark counts its output and makes only the others again, which would wait for it for ever.
 */
final class Round {
    private Round() {}

    /** What a worker does; equal calls give equal shares. */
    @FunctionalInterface
    interface Work extends Serializable {
        Share run(int worker) throws IOException;
    }

    /**
     * Runs a job.
     *
     * @param spark with at least so many free slots
     * @param workers W
     * @return the sum; with the fault of a worker, if one has one
     */
    static Share of(JavaSparkContext spark, int workers, Work work) {
        JavaRDD<Integer> indices =
                spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers);
        Function1<Iterator<Integer>, Iterator<Share>> task =
                (Function1<Iterator<Integer>, Iterator<Share>> & Serializable) mine -> share(mine.next(), work);
        JavaRDD<Share> shares = JavaRDD.fromRDD(
                indices.rdd().barrier().mapPartitions(task, false, ClassTag$.MODULE$.apply(Share.class)),
                ClassTag$.MODULE$.apply(Share.class));
        return TreeSum.of(shares, workers);
    }

    private static Iterator<Share> share(int worker, Work work) {
        Share share;
        try {
            share = work.run(worker);
        } catch (IOException | RuntimeException e) {
            if (BarrierTaskContext.get().isInterrupted()) {
                throw new IllegalStateException("the task is killed", e);
            }
            share = new Share(worker, null, List.of(), WorkerFault.of(worker, e));
        }
        return JavaConverters.asScalaIteratorConverter(List.of(share).iterator())
                .asScala();
    }
}

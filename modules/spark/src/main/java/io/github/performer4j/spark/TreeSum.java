package io.github.performer4j.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Adds the shares of W workers in levels of a tree, on executors: at each level {@value #FAN} neighbours become one, until one is left, which is all that the driver gets. The tree and the order
 * of its sums depend on W alone, and so do the bits; {@code treeAggregate} adds in the order in which blocks arrive.
 */
final class TreeSum {
    /** Shares that a task adds up, and so holds, one more than it keeps. */
    static final int FAN = 4;

    private TreeSum() {}

    /**
     * Adds.
     *
     * @param shares one in each partition, places 0 … W−1
     * @param workers W
     */
    static Share of(JavaRDD<Share> shares, int workers) {
        JavaRDD<Share> level = shares;
        for (int count = workers; count > 1; count = groups(count)) {
            level = level.mapToPair(share -> new Tuple2<>(share.index() / FAN, share.at(share.index() % FAN)))
                    .partitionBy(new HashPartitioner(groups(count)))
                    .mapPartitions(TreeSum::add);
        }
        return level.collect().get(0);
    }

    private static int groups(int count) {
        return (count + FAN - 1) / FAN;
    }

    /** Adds a partition's shares, which all have one key: keys are as many as partitions, and hashed to themselves. */
    private static Iterator<Share> add(Iterator<Tuple2<Integer, Share>> group) {
        List<Share> shares = new ArrayList<>();
        int key = -1;
        while (group.hasNext()) {
            Tuple2<Integer, Share> next = group.next();
            key = next._1();
            shares.add(next._2());
        }
        return List.of(Share.sum(key, shares)).iterator();
    }
}

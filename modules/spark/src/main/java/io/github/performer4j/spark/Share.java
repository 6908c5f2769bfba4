package io.github.performer4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The sum of some workers' nets, with where each of them stands.
 *
 * @param index place among the shares of its level
 * @param sum of parameters and updater states
 * @param ends of the workers, in their order
 * @param fault of the first worker that has one, in whose place there is no sum; null if none has
 */
record Share(int index, NetState sum, List<WorkerEnd> ends, WorkerFault fault) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Makes the share of workers without a fault. */
    Share(int index, NetState sum, List<WorkerEnd> ends) {
        this(index, sum, ends, null);
    }

    /** Returns this share at another place. */
    Share at(int place) {
        return new Share(place, sum, ends, fault);
    }

    /**
     * Adds shares in the order of their places, in which they may not have come: floating-point sums depend on it.
     *
     * @param shares some; the first one's arrays become the sum
     * @param index place of the sum
     */
    static Share sum(int index, List<Share> shares) {
        List<Share> inOrder = new ArrayList<>(shares);
        inOrder.sort(Comparator.comparingInt(Share::index));
        for (Share share : inOrder) {
            if (share.fault() != null) {
                return share.at(index);
            }
        }
        NetState sum = inOrder.get(0).sum();
        List<WorkerEnd> ends = new ArrayList<>(inOrder.get(0).ends());
        for (Share more : inOrder.subList(1, inOrder.size())) {
            sum.add(more.sum());
            ends.addAll(more.ends());
        }
        return new Share(index, sum, ends);
    }
}

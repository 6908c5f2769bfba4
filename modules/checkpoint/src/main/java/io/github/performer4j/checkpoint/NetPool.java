package io.github.performer4j.checkpoint;

import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.Replica;
import io.github.performer4j.kernels.machine.WorkerException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Replicas of one graph for threads that compute at once: each call has a replica to itself, and all share the
 * parameters.
 *
 * <p>Replicas are made when they are needed, one for each processor at most; further threads wait. The graph itself is
 * never run, so that its owner may look at its activations. Safe
 * for any number of threads as long as nobody trains the graph meanwhile.
 */
final class NetPool {
    private final ComputationGraph net;
    private final Semaphore permits;
    private final Deque<ComputationGraph> free = new ArrayDeque<>();

    /**
     * Makes an empty pool.
     *
     * @param most replicas at most, positive
     */
    NetPool(ComputationGraph net, int most) {
        this.net = net;
        this.permits = new Semaphore(most, true);
    }

    /** Returns a pool of one replica for each processor at most. */
    static NetPool of(ComputationGraph net) {
        return new NetPool(net, Runtime.getRuntime().availableProcessors());
    }

    /**
     * Calls a function with a replica that no other thread has.
     *
     * @param function must not keep the replica, nor an array of it
     * @return what the function returns
     * @throws WorkerException if the caller is interrupted while it waits for a replica, which it stays
     */
    <R> R use(Function<ComputationGraph, R> function) {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerException("interrupted while waiting for a copy of the net", e);
        }
        try {
            ComputationGraph replica = take();
            R result = function.apply(replica);
            give(replica); // one that failed may hold a half-done pass, and is left to the collector
            return result;
        } finally {
            permits.release();
        }
    }

    /** Takes the replica that was used last, its memory being warm, or makes one. */
    private synchronized ComputationGraph take() {
        ComputationGraph replica = free.poll();
        if (replica == null) {
            return Replica.of(net);
        }
        Counters.copy(net, replica); // the net may have been trained on since
        return replica;
    }

    private synchronized void give(ComputationGraph replica) {
        free.push(replica);
    }
}
